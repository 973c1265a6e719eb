// Live parts of a page: each event holds elements that the server has rendered, and their content replaces that of the element with the same id.
// Only while the tab is visible and nobody has paused it. Without this script the page asks again by itself.
const path = document.body.dataset.live
const state = document.getElementById('live-state')
const button = document.getElementById('pause')
let source = null
let paused = false
let held = null // what came while a button is held down: replaced, it would not be pressed

const say = text => { if (state.textContent !== text) state.textContent = text }

function swap(html) {
  if (held) { held.push(html); return }
  const template = document.createElement('template')
  template.innerHTML = html
  for (const part of template.content.children) {
    const target = document.getElementById(part.id)
    const selection = getSelection()
    if (!target || (!selection.isCollapsed && target.contains(selection.anchorNode))) continue // somebody copies from it
    const focus = target.contains(document.activeElement) ? document.activeElement.id : ''
    const scrolled = [...target.querySelectorAll('.scroll[id]')].map(box => [box.id, box.scrollLeft])
    target.replaceChildren(...part.childNodes)
    for (const [id, left] of scrolled) if (left) document.getElementById(id)?.scrollTo({ left })
    if (focus) document.getElementById(focus)?.focus({ preventScroll: true })
  }
}

function release() {
  const late = held ?? []
  held = null
  late.forEach(swap)
}

function close(text) {
  source?.close()
  source = null
  say(text)
}

function open() {
  if (source || paused || document.hidden) return
  source = new EventSource(path)
  source.onopen = () => say('Live')
  source.onmessage = event => swap(event.data)
  source.addEventListener('gone', () => location.reload())
  source.addEventListener('moved', () => { pause(true); say('Live in another tab') })
  source.onerror = () => {
    if (source?.readyState === EventSource.CLOSED) { close('No connection'); setTimeout(open, 3000) } else say('No connection')
  }
}

function pause(on) {
  paused = on
  button.textContent = on ? 'Resume' : 'Pause'
  if (on) close('Paused'); else open()
}

if (path) {
  button.hidden = false
  button.addEventListener('click', () => pause(!paused))
  document.addEventListener('visibilitychange', () => document.hidden ? close('Paused') : open())
  addEventListener('pointerdown', event => { if (event.button === 0) held ??= [] })
  for (const end of ['pointerup', 'pointercancel', 'contextmenu', 'blur']) addEventListener(end, () => setTimeout(release))
  addEventListener('pagehide', () => close('Paused'))
  open()
}
