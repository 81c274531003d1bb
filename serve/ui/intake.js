// The photo intake of the check page. Gradio calls this once with: element, trigger, props, upload, watch.
//   props.value    [{name, path, object, crop?}]    set here, read by Python; crop is [left, top, width, height] in %,
//                  object numbers the objects checked one after the other
//   props.answers  {serial, judged, tiles}          set by Python: paths it has done with, and for each photo
//                  tiles = [{path, crop, thumbnail, tone, text}]
//   props.words    sentences of the language        set by Python
// Everything shown is put in with textContent: file names are not to be trusted.
const root = element.querySelector('.tc-intake');
const waiting = new Set();   // keys of photos Python has not answered yet
const local = new Map();     // path -> object URL of what the browser itself can show
let uploads = [];            // names on their way
let messages = [];           // [key, params]
let stopped = "";            // why the program no longer answers: key of a sentence
let objectNumber = 1;        // photos given after all others were removed are of another object
let camera = null;           // MediaStream while the camera is open

const words = (key, params = {}) =>
  props.words[key].replace(/\{(\w+)\}/g, (_, name) => params[name] ?? '');
const make = (tag, className, text) => {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
};
const button = (className, text, action) => {
  const node = make('button', className, text);
  node.type = 'button';
  node.addEventListener('click', action);
  return node;
};

function fileInput(className) {
  const input = make('input', className);
  input.type = 'file';
  input.tabIndex = -1;
  input.addEventListener('change', () => { add([...input.files]); input.value = ''; });
  return input;
}
const picker = fileInput('tc-picker');
picker.multiple = true;
picker.accept = props.accept;
// A phone's own camera, rear one first. Pages that come without a certificate over a network may not show a live picture.
const shooter = fileInput('tc-picker-camera');
shooter.accept = 'image/*';
shooter.setAttribute('capture', 'environment');
shooter.hidden = true;

// A photo and the part of it that is meant: another part needs another answer.
const keyOf = (photo) => `${photo.path}|${photo.crop ?? ''}`;

function submit(photos) {
  const answered = new Set(props.answers.tiles.map(keyOf));
  waiting.clear();
  if (!photos.length) objectNumber += 1;
  for (const photo of photos) if (!answered.has(keyOf(photo))) waiting.add(keyOf(photo));
  props.value = photos;
  trigger('submit');
  draw();
}

async function add(files) {
  if (!files.length) return;
  messages = [];
  const sep = props.words['list.separator'];
  const tooLarge = files.filter((file) => file.size > props.megabytes * 1048576);
  let fits = files.filter((file) => file.size <= props.megabytes * 1048576);
  const room = props.limit - props.value.length - uploads.length;
  const surplus = fits.slice(Math.max(0, room));
  fits = fits.slice(0, Math.max(0, room));
  const list = (some) => some.map((file) => file.name).join(sep);
  if (tooLarge.length) messages.push(['intake.too_large', {limit: props.megabytes, names: list(tooLarge)}]);
  if (surplus.length) messages.push(['intake.too_many', {limit: props.limit, names: list(surplus)}]);
  const names = fits.map((file) => file.name);
  uploads.push(...names);
  draw();
  const done = [], failed = [];
  await Promise.all(fits.map(async (file) => {
    try {
      const {path} = await upload(file);
      if (/^image\/(jpeg|png|webp|gif|bmp|avif)$/.test(file.type)) local.set(path, URL.createObjectURL(file));
      done.push({name: file.name, path, order: fits.indexOf(file)});
    } catch (error) {
      failed.push(file);
    }
  }));
  for (const name of names) uploads.splice(uploads.indexOf(name), 1);
  if (failed.length) messages.push(['intake.upload_failed', {names: list(failed)}]);
  done.sort((a, b) => a.order - b.order);
  const known = new Set(props.value.map((photo) => photo.path));
  const fresh = done.filter(({path}) => !known.has(path)).map(({name, path}) => ({name, path, object: objectNumber}));
  if (fresh.length) submit([...props.value, ...fresh]); else draw();
}

function remove(path) {
  local.delete(path);
  messages = [];
  submit(props.value.filter((photo) => photo.path !== path));
}

function tile(photo, index, answer) {
  const node = make('li', 'tc-tile');
  const label = words('intake.photo', {number: index + 1, name: photo.name});
  const source = answer?.thumbnail ?? local.get(photo.path);
  if (source) {
    const image = make('img');
    image.src = source;
    image.alt = label;
    image.addEventListener('error', () => image.remove());
    node.append(image);
  } else {
    node.append(make('span', 'tc-nopicture', photo.name.split('.').pop().slice(0, 5).toUpperCase()));
  }
  const close = button('tc-remove', '×', () => remove(photo.path));
  close.setAttribute('aria-label', words('intake.remove', {name: photo.name}));
  close.title = close.getAttribute('aria-label');
  node.append(close, make('span', 'tc-name', photo.crop ? `${photo.name} (${words('crop.marked')})` : photo.name));
  const whole = local.get(photo.path) ?? (photo.crop ? null : answer?.thumbnail);
  if (whole) {
    const mark = button('tc-mark', '', () => openCrop(photo, whole));
    mark.innerHTML = '<svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true" fill="none" ' +
      'stroke="currentColor" stroke-width="2.4" stroke-linecap="round"><path d="M7 2v15h15M2 7h15v15"/></svg>';
    mark.setAttribute('aria-label', words('crop.open', {name: photo.name}));
    mark.title = mark.getAttribute('aria-label');
    node.append(mark);
  }
  const busy = waiting.has(keyOf(photo));
  if (busy) node.append(make('span', 'tc-state tc-busy', words('intake.checking')));
  else if (answer) node.append(make('span', `tc-state tc-${answer.tone}`, answer.text));
  return node;
}

function draw() {
  document.documentElement.lang = props.words.language;
  document.title = words('page.title');
  picker.setAttribute('aria-label', words('intake.choose'));
  const answers = new Map(props.answers.tiles.map((answer) => [keyOf(answer), answer]));
  const zone = make('div', 'tc-zone');
  const buttons = make('div', 'tc-buttons');
  buttons.append(
    button('tc-primary', words('intake.choose'), () => picker.click()),
    button('tc-secondary', words('intake.camera'), openCamera),
  );
  if (props.value.length) {
    buttons.append(button('tc-plain', words('intake.clear'), () => { messages = []; cropping = null; submit([]); }));
  }
  zone.append(make('h2', '', words('intake.title')), make('p', 'tc-hint', props.words['intake.hint']), buttons);
  const notes = make('div', 'tc-messages');
  notes.setAttribute('role', 'alert');
  if (stopped) {
    const note = make('p', 'tc-stopped', words(stopped));
    if (stopped === 'page.signed_out') {
      const link = make('a', '', words('page.sign_in'));
      link.href = '/login';
      link.target = '_blank';
      note.append(' ', link);
    }
    notes.append(note);
  }
  for (const [key, params] of messages) notes.append(make('p', '', words(key, params)));
  const tiles = make('ul', 'tc-tiles');
  props.value.forEach((photo, index) => tiles.append(tile(photo, index, answers.get(keyOf(photo)))));
  for (const name of uploads) {
    const node = make('li', 'tc-tile');
    node.append(make('span', 'tc-nopicture', '…'), make('span', 'tc-name', name),
      make('span', 'tc-state tc-busy', words('intake.reading')));
    tiles.append(node);
  }
  const focused = root.contains(document.activeElement) ? document.activeElement.textContent : null;
  root.replaceChildren(zone, notes, tiles, picker, shooter);
  if (camera) root.prepend(cameraView());
  if (cropping) root.prepend(cropView());
  root.dataset.state = uploads.length ? 'uploading' : waiting.size ? 'checking' : 'ready';
  if (focused) [...root.querySelectorAll('button')].find((node) => node.textContent === focused)?.focus();
}

function cameraView() {
  const view = make('div', 'tc-camera');
  view.setAttribute('role', 'dialog');
  view.setAttribute('aria-label', words('camera.title'));
  const video = make('video');
  video.autoplay = true;
  video.muted = true;
  video.playsInline = true;
  video.srcObject = camera;
  const row = make('div', 'tc-buttons');
  row.append(
    button('tc-primary', words('camera.shoot'), async () => {
      const canvas = make('canvas');
      canvas.width = video.videoWidth;
      canvas.height = video.videoHeight;
      canvas.getContext('2d').drawImage(video, 0, 0);
      const blob = await new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.95));
      closeCamera();
      add([new File([blob], `camera-${stamp()}.jpg`, {type: 'image/jpeg'})]);
    }),
    button('tc-plain', words('camera.close'), () => { closeCamera(); draw(); }),
  );
  view.append(video, row);
  return view;
}

const stamp = () => new Date().toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);

async function openCamera() {
  messages = [];
  if (!navigator.mediaDevices?.getUserMedia) { shooter.click(); return; }
  try {
    camera = await navigator.mediaDevices.getUserMedia({
      video: {facingMode: 'environment', width: {ideal: 3840}, height: {ideal: 2160}},
    });
  } catch (error) {
    messages.push(['camera.failed', {}]);
  }
  draw();
}

function closeCamera() {
  camera?.getTracks().forEach((track) => track.stop());
  camera = null;
}

// A photo dropped beside the zone must not make the browser leave the page, so the whole page takes it.
for (const name of ['dragover', 'dragenter']) {
  document.addEventListener(name, (event) => { event.preventDefault(); root.classList.add('tc-over'); });
}
for (const name of ['dragleave', 'drop']) {
  document.addEventListener(name, (event) => { event.preventDefault(); root.classList.remove('tc-over'); });
}
document.addEventListener('drop', (event) => add([...event.dataTransfer.files]));
document.addEventListener('paste', (event) => {
  const files = [...(event.clipboardData?.files ?? [])];
  add(files.map((file) => (file.name && file.name !== 'image.png')
    ? file : new File([file], `${words('intake.pasted')} ${stamp()}.png`, {type: file.type})));
});

// Gradio's server ends the stream of answers when none is due, and its client counts it as open until it hears so. What is
// asked in between is worked on, but its answer reaches nobody until the next question opens a stream. So for a while after
// each thing someone does, there is a next question.
const ASKED_FOR_MS = 20000;
let acted = 0;
let told = 0;                // until when the server knows that someone does something here
for (const name of ['click', 'input', 'change', 'drop', 'paste']) {
  document.addEventListener(name, () => { acted = Date.now(); }, true);
}
const listen = () => { if (waiting.size || Date.now() - acted < ASKED_FOR_MS) trigger('click'); };

// Gradio says that the program has ended in a language of its own; this says it in the page's.
setInterval(async () => {
  const until = acted;
  const now = await fetch(until > told ? 'active' : 'alive', {cache: 'no-store'}).then(
    (answer) => (answer.ok ? '' : answer.status === 401 ? 'page.signed_out' : 'page.stopped'), () => 'page.stopped');
  if (!now) told = until;
  if (now !== stopped) { stopped = now; draw(); }
  if (!now) listen();
}, 4000);

watch(['answers'], () => { for (const key of props.answers.judged) waiting.delete(key); draw(); });
watch(['words'], draw);
draw();
