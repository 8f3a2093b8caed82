"""The built-in skeleton: MyoLegs, repaired, scaled and given masses."""
