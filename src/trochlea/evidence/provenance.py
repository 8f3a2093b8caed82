"""Words that say whether a figure may be used and where it was seen; every table of figures has them."""

USABLE = ("yes", "conditional", "no")
"""May enter a calculation; may once one named fact is known; may not."""

TRUST = ("high", "medium", "low")
"""Journal, PubMed, PEDro or repository; an index, an uploaded copy or a conference page; a scraped fragment."""

BETTER = ("higher", "lower", "unknown")

WORDS_USABLE = "may it enter a calculation: yes; conditional (one named fact is missing); no"
WORDS_WHY = "what is missing or why it is left out; required unless usable is yes"
WORDS_TRUST = "where the figure was seen: high (journal or index abstract), medium, low (scraped fragment)"
WORDS_CITATION = "keys of the sources in which the figure was seen, separated by semicolons"
WORDS_SEEN = "the kind of text that was read, e.g. 'PubMed abstract'"
