"use strict";
// The moving view of one kneecap: the page works without it, and shows a picture instead.
(() => {
  const root = document.getElementById("kneecap-view");
  const data = JSON.parse(document.getElementById("kneecap-scene").textContent);
  const part = (name) => root.querySelector(`[data-part="${name}"]`);
  const canvas = part("canvas"), stage = part("stage"), slider = part("slider"), words = part("words");
  const context = canvas.getContext("webgl2", { antialias: true, alpha: true, preserveDrawingBuffer: true });
  if (!context) {
    part("no-webgl").hidden = false;
    return;
  }

  // ---- data: places in millimetres, femur frame of the knee's own side
  const bytes = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const whole = (text) => new Uint16Array(bytes(text).buffer);
  const places = (text) => Float32Array.from(new Int16Array(bytes(text).buffer), (v) => v / data.perMillimetre);
  const outer = data.side === "right" ? 1 : -1;

  // ---- surfaces: the texture coordinate u is the pressure, the texture is the colour scale
  const RAMP_WIDTH = 256, FLOOR = data.floor;
  const scale = new THREE.DataTexture(new Uint8Array(4 * RAMP_WIDTH), RAMP_WIDTH, 1);
  scale.colorSpace = THREE.SRGBColorSpace;
  scale.magFilter = scale.minFilter = THREE.LinearFilter;

  function surface(positions, triangles) {
    const geometry = new THREE.BufferGeometry();
    geometry.setAttribute("position", new THREE.BufferAttribute(positions, 3));
    geometry.setAttribute("uv", new THREE.BufferAttribute(new Float32Array((2 * positions.length) / 3), 2));
    geometry.setIndex(new THREE.BufferAttribute(triangles, 1));
    geometry.computeVertexNormals();
    return geometry;
  }

  function gridTriangles([rows, columns]) {
    const corners = [];
    for (let i = 0; i + 1 < rows; i++) {
      for (let j = 0; j + 1 < columns; j++) {
        const a = i * columns + j, c = a + columns;
        corners.push(a, a + 1, c + 1, a, c + 1, c);
      }
    }
    return Uint16Array.from(corners);
  }

  const painted = new THREE.MeshLambertMaterial({ map: scale, side: THREE.DoubleSide });
  const glass = new THREE.MeshLambertMaterial({
    side: THREE.DoubleSide, transparent: true, opacity: 0.22, depthWrite: false,
  });
  const marrow = new THREE.MeshLambertMaterial({
    side: THREE.DoubleSide, transparent: true, opacity: 0.4, depthWrite: false,
  });
  const femur = new THREE.Mesh(surface(places(data.femur.places), gridTriangles(data.femur.shape)), painted);
  const caps = new THREE.Mesh(surface(places(data.femur.caps), whole(data.femur.capTriangles)), marrow);
  femur.add(caps);
  const triangles = whole(data.patella.triangles);
  const jointSurface = new THREE.Mesh(surface(places(data.patella.places), triangles), painted);
  const front = new THREE.Mesh(surface(places(data.patella.front), triangles), glass);
  const patella = new THREE.Group();
  patella.add(jointSurface, front);
  patella.matrixAutoUpdate = false;

  const camera = new THREE.PerspectiveCamera(24, 1, 10, 2000);
  const lamp = new THREE.DirectionalLight(0xffffff, 0.55 * Math.PI);
  lamp.position.set(0.15, 0.3, 1);
  camera.add(lamp, lamp.target);
  lamp.target.position.set(0, 0, -1);
  const world = new THREE.Scene();
  world.add(camera, femur, patella, new THREE.AmbientLight(0xffffff, 0.47 * Math.PI));

  const renderer = new THREE.WebGLRenderer({ canvas, context, antialias: true, alpha: true });
  const controls = new THREE.TrackballControls(camera, canvas);
  Object.assign(controls, {
    staticMoving: true, noPan: true, rotateSpeed: 2.2, zoomSpeed: 1.2, minDistance: 90, maxDistance: 700,
    keys: ["", "", ""],
  });

  // ---- drawing, only when something changed
  let isAsked = false;
  function ask() {
    if (isAsked) return;
    isAsked = true;
    requestAnimationFrame(draw);
  }
  function draw() {
    isAsked = false;
    controls.update();
    renderer.render(world, camera);
    placeTags();
  }

  function paint() {
    const theme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
    const ramp = data.ramp[theme], { cartilage, bone } = data.tissue[theme];
    const rgb = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
    for (let i = 0; i < RAMP_WIDTH; i++) {
      const share = i / (RAMP_WIDTH - 1);
      const step = Math.min(ramp.length - 1, Math.floor(share * ramp.length));
      scale.image.data.set([...rgb(share <= FLOOR ? cartilage : ramp[step]), 255], 4 * i);
    }
    scale.needsUpdate = true;
    glass.color.set(bone);
    marrow.color.set(bone);
    ask();
  }

  // ---- frames
  let index = data.peak, direction = null;
  const decoded = new Map();
  function pressures(frame) {
    if (!decoded.has(frame)) {
      const at = whole(frame.pressedAt);
      decoded.set(frame, { patella: bytes(frame.pressure), at, femur: bytes(frame.pressed) });
    }
    return decoded.get(frame);
  }

  function show(wanted) {
    index = wanted;
    const frame = data.frames[index], hasResult = frame.rotation !== undefined;
    slider.value = index;
    const uvFemur = femur.geometry.attributes.uv, uvPatella = jointSurface.geometry.attributes.uv;
    uvFemur.array.fill(0);
    if (hasResult) {
      const r = frame.rotation, t = frame.position, { patella: own, at, femur: pressed } = pressures(frame);
      patella.matrix.set(r[0], r[1], r[2], t[0], r[3], r[4], r[5], t[1], r[6], r[7], r[8], t[2], 0, 0, 0, 1);
      own.forEach((value, node) => (uvPatella.array[2 * node] = value / 255));
      at.forEach((node, i) => (uvFemur.array[2 * node] = pressed[i] / 255));
      uvPatella.needsUpdate = true;
    }
    uvFemur.needsUpdate = true;
    patella.visible = hasResult && part("show-patella").checked;
    part("lost").hidden = hasResult;
    part("lost").textContent = `No result: ${frame.status}`;
    const values = hasResult
      ? `${frame.forceText} N · outer ${frame.lateral} MPa, inner ${frame.medial} MPa · ${frame.status}`
      : `no result: ${frame.status}`;
    words.textContent = `${frame.label} · ${values}`;
    slider.setAttribute("aria-valuetext", words.textContent);
    part("bars").querySelectorAll("i").forEach((bar, i) => bar.classList.toggle("now", i === index));
    if (direction) look(direction);
    ask();
  }

  // ---- views; those that follow the kneecap turn with it
  const start = new THREE.Vector3();
  function poseOfView() {
    for (let apart = 0; apart < data.frames.length; apart++) {
      for (const i of [index - apart, index + apart]) {
        if (data.frames[i]?.position) return data.frames[i].position;
      }
    }
  }
  function look(name) {
    direction = name;
    const [x, y, z] = poseOfView(), bearing = Math.atan2(y - data.axis[1], x - data.axis[0]);
    const out = new THREE.Vector3(Math.cos(bearing), Math.sin(bearing), 0);
    const along = new THREE.Vector3(-Math.sin(bearing), Math.cos(bearing), 0);
    const side = new THREE.Vector3(0, 0, outer);
    const [towards, up] = {
      oblique: [out.clone().addScaledVector(side, 0.35).addScaledVector(along, 0.3), along],
      front: [out, along],
      below: [along.clone().negate().addScaledVector(out, 0.12), out],
      outer: [side, new THREE.Vector3(0, 1, 0)],
      behind: [out.clone().negate(), along],
    }[name];
    const target = new THREE.Vector3(data.axis[0], data.axis[1], 0).lerp(new THREE.Vector3(x, y, z), 0.6);
    controls.target.copy(name === "behind" ? new THREE.Vector3(x, y, z) : target);
    const distance = (name === "behind" ? 140 : 205) * Math.max(1, 1.15 / camera.aspect);
    camera.position.copy(controls.target).addScaledVector(towards.normalize(), distance);
    camera.up.copy(up).addScaledVector(towards, -up.dot(towards)).normalize();
    camera.lookAt(controls.target);
    camera.updateMatrixWorld();
    for (const button of root.querySelectorAll("[data-view]")) {
      button.setAttribute("aria-pressed", button.dataset.view === name);
    }
    ask();
  }
  function leaveView() {
    direction = null;
    for (const button of root.querySelectorAll("[data-view]")) button.setAttribute("aria-pressed", false);
  }

  // ---- names of the two sides, where they are on the screen
  function placeTags() {
    const box = stage.getBoundingClientRect();
    const ends = [outer, -outer].map((end) => start.set(0, 0, 36 * end).add(controls.target).project(camera).clone());
    const isAlong = Math.abs(ends[0].x - ends[1].x) < 0.3 && Math.abs(ends[0].y - ends[1].y) < 0.3;
    ["tag-outer", "tag-inner"].forEach((name, i) => {
      const tag = part(name), reach = (v) => Math.min(0.92, Math.max(0.08, 0.5 + 0.5 * v));
      tag.style.left = `${reach(ends[i].x) * box.width}px`;
      tag.style.top = `${reach(-ends[i].y) * box.height}px`;
      tag.hidden = isAlong;
    });
  }

  // ---- hands
  slider.max = data.frames.length - 1;
  slider.addEventListener("input", () => { stop(); show(Number(slider.value)); });
  for (const button of root.querySelectorAll("[data-view]")) {
    button.addEventListener("click", () => {
      part("show-femur").checked = femur.visible = button.dataset.view !== "behind";
      look(button.dataset.view);
    });
  }
  part("show-femur").addEventListener("change", (event) => { femur.visible = event.target.checked; ask(); });
  part("show-patella").addEventListener("change", () => show(index));
  part("show-front").addEventListener("change", (event) => { front.visible = event.target.checked; ask(); });

  let isHeld = false;
  canvas.addEventListener("pointerdown", () => { isHeld = true; canvas.focus({ preventScroll: true }); leaveView(); });
  addEventListener("pointerup", () => { isHeld = false; ask(); });
  addEventListener("pointermove", () => isHeld && ask());
  // the wheel scrolls the page until the view was chosen by a click or the tab key; pinching always zooms
  stage.addEventListener("wheel", (event) => {
    if (document.activeElement !== canvas && !event.ctrlKey) event.stopPropagation();
    else ask();
  }, { capture: true, passive: true });

  function turn(about, angle) {
    const eye = camera.position.clone().sub(controls.target);
    const axis = about === "up" ? camera.up.clone() : camera.up.clone().cross(eye).normalize();
    eye.applyAxisAngle(axis, angle);
    camera.up.applyAxisAngle(axis, angle);
    camera.position.copy(controls.target).add(eye);
    camera.lookAt(controls.target);
  }
  function zoom(factor) {
    const eye = camera.position.clone().sub(controls.target).multiplyScalar(factor);
    eye.clampLength(controls.minDistance, controls.maxDistance);
    camera.position.copy(controls.target).add(eye);
  }
  const STEP = Math.PI / 24;
  const keys = {
    ArrowLeft: () => turn("up", STEP), ArrowRight: () => turn("up", -STEP),
    ArrowUp: () => turn("across", -STEP), ArrowDown: () => turn("across", STEP),
    "+": () => zoom(1 / 1.1), "=": () => zoom(1 / 1.1), "-": () => zoom(1.1), "0": () => look("oblique"),
  };
  canvas.addEventListener("keydown", (event) => {
    const act = keys[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    if (event.key !== "0") leaveView();
    act();
    ask();
  });

  let timer = 0;
  const play = part("play");
  function stop() {
    clearInterval(timer);
    timer = 0;
    play.textContent = "Play";
  }
  play.addEventListener("click", () => {
    if (timer) return stop();
    play.textContent = "Pause";
    timer = setInterval(() => show((index + 1) % data.frames.length), 110);
  });

  // ---- a bar for each frame: its height is the force, hatched where there is no result
  const largest = Math.max(...data.frames.map((frame) => frame.force || 0));
  data.frames.forEach((frame, i) => {
    const bar = document.createElement("i");
    if (frame.rotation === undefined) bar.className = "lost";
    else bar.style.height = `${8 + 92 * (frame.force / largest)}%`;
    bar.addEventListener("click", () => { stop(); show(i); });
    part("bars").append(bar);
  });

  function resize() {
    const { width, height } = stage.getBoundingClientRect();
    if (!width) return;
    renderer.setPixelRatio(Math.min(2, devicePixelRatio));
    renderer.setSize(width, height, false);
    camera.aspect = width / height;
    camera.updateProjectionMatrix();
    controls.handleResize();
    if (direction) look(direction);
    ask();
  }

  part("live").hidden = false;
  root.classList.add("is-live");
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
  new ResizeObserver(resize).observe(stage);
  direction = "oblique";
  resize();
  paint();
  show(index);
})();
