// Mark one object in a photo: a frame drawn with the pointer, or moved edge by edge with the keyboard.
// Used by intake.js, which loads this text before its own: words, make and button come from there.
let cropping = null;   // {photo, frame: [left, top, right, bottom] in per cent}

const LEAST = 5;       // smallest side of a frame, per cent
const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
const tenth = (value) => Math.round(10 * value) / 10;
const cropOf = ([left, top, right, bottom]) => [
  tenth(left), tenth(top), tenth(tenth(right) - tenth(left)), tenth(tenth(bottom) - tenth(top)),
];

function openCrop(photo, source) {
  const [left, top, width, height] = photo.crop ?? [10, 10, 80, 80];
  cropping = {photo, source, frame: [left, top, left + width, top + height]};
  draw();
  root.querySelector('.tc-crop button')?.focus();
}

function closeCrop() {
  cropping = null;
  draw();
}

function applyCrop(crop) {
  const {photo} = cropping;
  cropping = null;
  submit(props.value.map((one) => {
    if (one.path !== photo.path) return one;
    const {crop: _, ...whole} = one;
    return crop ? {...whole, crop} : whole;
  }));
}

function cropView() {
  const view = make('div', 'tc-crop');
  view.setAttribute('role', 'dialog');
  view.setAttribute('aria-label', words('crop.title'));
  const stage = make('div', 'tc-stage');
  const image = make('img');
  image.src = cropping.source;
  image.alt = cropping.photo.name;
  image.draggable = false;
  const frame = make('div', 'tc-frame');
  stage.append(image, frame);
  const sliders = [];
  const place = () => {
    const [left, top, right, bottom] = cropping.frame;
    Object.assign(frame.style, {left: `${left}%`, top: `${top}%`, width: `${right - left}%`, height: `${bottom - top}%`});
    sliders.forEach((slider, i) => { slider.value = cropping.frame[i]; });
  };
  const at = (event) => {
    const box = image.getBoundingClientRect();
    return [
      clamp(100 * (event.clientX - box.left) / box.width, 0, 100),
      clamp(100 * (event.clientY - box.top) / box.height, 0, 100),
    ];
  };
  stage.addEventListener('pointerdown', (event) => {
    const [x, y] = at(event);
    stage.setPointerCapture(event.pointerId);
    const move = (next) => {
      const [u, v] = at(next);
      if (Math.abs(u - x) < LEAST || Math.abs(v - y) < LEAST) return;
      cropping.frame = [Math.min(x, u), Math.min(y, v), Math.max(x, u), Math.max(y, v)];
      place();
    };
    const done = () => stage.removeEventListener('pointermove', move);
    stage.addEventListener('pointermove', move);
    stage.addEventListener('pointerup', done, {once: true});
    stage.addEventListener('pointercancel', done, {once: true});
    event.preventDefault();
  });
  const edges = make('div', 'tc-edges');
  ['left', 'top', 'right', 'bottom'].forEach((side, i) => {
    const label = make('label', '', words(`crop.side_${side}`));
    const slider = make('input');
    Object.assign(slider, {type: 'range', min: 0, max: 100, step: 1});
    slider.addEventListener('input', () => {
      const other = cropping.frame[(i + 2) % 4];
      cropping.frame[i] = i < 2 ? clamp(+slider.value, 0, other - LEAST) : clamp(+slider.value, other + LEAST, 100);
      place();
    });
    sliders.push(slider);
    label.append(slider);
    edges.append(label);
  });
  const row = make('div', 'tc-buttons');
  row.append(
    button('tc-primary', words('crop.apply'), () => applyCrop(cropOf(cropping.frame))),
    button('tc-secondary', words('crop.whole'), () => applyCrop(null)),
    button('tc-plain', words('crop.close'), closeCrop),
  );
  view.addEventListener('keydown', (event) => { if (event.key === 'Escape') closeCrop(); });
  view.append(make('p', 'tc-hint', words('crop.title')), stage, edges, row);
  place();
  return view;
}
