// What the 3-D view needs of three.js; README.md says how three.min.js is made from this.
export {
  AmbientLight, BufferAttribute, BufferGeometry, DataTexture, DirectionalLight, DoubleSide, FrontSide, Group,
  LinearFilter, Mesh, MeshLambertMaterial, NearestFilter, PerspectiveCamera, Scene, SRGBColorSpace, Vector3,
  WebGLRenderer,
} from "three";
export { TrackballControls } from "three/addons/controls/TrackballControls.js";
