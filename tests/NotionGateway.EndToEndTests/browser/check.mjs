// Checks the operator page as people use it. Usage: node check.mjs --sign-in URL --key OPERATOR_KEY --data URL --notion URL --callers name=key,name=key… [--thorough yes]
// The gateway is a fresh one in its sandbox; nobody has sent a request yet. Prints a line for each check; exit code 1 if one failed.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { launch, options, widths } from './browser.mjs'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const given = options()
const origin = new URL(given['sign-in']).origin
const callers = given.callers.split(',').map(pair => pair.split('='))
const pages = ['/', '/callers', '/denials', '/requests', '/explain?caller=demo&method=GET&path=/v1/users/me', '/grants', '/configuration']
const browser = await launch()
const complaints = []
let checks = 0

function check(name, problem) {
  checks++
  if (problem) complaints.push(`${name}: ${problem}`)
  console.log(`${problem ? 'FAIL' : 'ok  '} ${name}${problem ? `: ${problem}` : ''}`)
}

function watch(page) {
  page.on('console', line => { if (line.type() === 'error' && !line.text().includes('401')) check('console', line.text()) })
  page.on('pageerror', error => check('script', error.message))
  return page
}

const overflow = page => page.evaluate(() => {
  const most = document.documentElement.clientWidth
  if (document.documentElement.scrollWidth <= most) return ''
  const wide = [...document.querySelectorAll('body *')].filter(one => one.getBoundingClientRect().right > most + 1 && !one.closest('.scroll'))
  return `${document.documentElement.scrollWidth} > ${most}: ${wide.slice(0, 3).map(one => one.outerHTML.slice(0, 80)).join(' | ')}`
})

async function violations(page) {
  await page.evaluate(axe)
  const found = await page.evaluate(() => axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }))
  return found.violations.map(one => `${one.id} ${one.nodes[0].html.slice(0, 120)} ${one.nodes[0].failureSummary.replaceAll('\n', ' ').slice(0, 200)}`).join('; ')
}

/**
 * Every page in both widths and both colour schemes, light on a phone and dark on a desk; whether it is accessible in turn, or thoroughly in both.
 * Many rows of one kind are looked through thoroughly only: they take axe a minute and have no markup that one row has not.
 */
let looks = 0
async function look(page, situation, paths = pages, rows = 'few') {
  for (const path of paths) {
    await page.goto(origin + path, { waitUntil: 'domcontentloaded' })
    for (const [name, colorScheme] of [['phone', 'light'], ['desk', 'dark']]) {
      await page.setViewportSize(widths[name])
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      check(`${situation} ${path} does not overflow on a ${name}`, await overflow(page))
      if (given.thorough || (rows === 'few' && (looks + (name === 'desk')) % 2)) check(`${situation} ${path} is accessible on a ${name} in ${colorScheme}`, await violations(page))
    }
    looks++
  }
}

const ask = (key, path = '/v1/users/me', method = 'GET') =>
  fetch(given.data + path, { method, headers: { Authorization: `Bearer ${key}` } }).then(response => response.headers.get('notion-gateway-request-id'))

const context = await browser.newContext()
const page = watch(await context.newPage())

// The address that the sandbox prints.
await page.goto(given['sign-in'])
check('the printed address signs in', page.url() === `${origin}/` ? '' : page.url())
const again = watch(await (await browser.newContext()).newPage())
await again.goto(given['sign-in'])
check('and does so once', (await again.locator('[role=alert]').innerText()).includes('used before') ? '' : await again.innerText('body'))

// Nobody has sent anything yet.
check('an idle gateway says so', (await page.innerText('#causes')).includes('Nobody was denied') ? '' : await page.innerText('#causes'))
await look(page, 'idle')
await look(again, 'signed out', ['/sign-in'])

// What happens shows by itself.
await page.goto(`${origin}/`)
await page.waitForFunction(() => document.getElementById('live-state').textContent === 'Live')
const [name, key] = callers[0]
await ask(key)
check('a request shows by itself', await page.waitForFunction(name => document.getElementById('connections').textContent.includes(name), name, { timeout: 15000 })
  .then(() => '', error => error.message))

// By keyboard alone.
await page.goto(`${origin}/`)
await page.keyboard.press('Tab')
check('the first stop leads past the navigation', (await page.evaluate(() => document.activeElement.textContent)) === 'Skip to the content' ? '' : 'it does not')
const unseen = []
let stops = 1
for (; stops < 60; stops++) {
  await page.keyboard.press('Tab')
  const at = await page.evaluate(() => {
    const one = document.activeElement
    if (one === document.body) return null
    const style = getComputedStyle(one)
    return { html: one.outerHTML.slice(0, 60), seen: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 }
  })
  if (!at) break
  if (!at.seen) unseen.push(at.html)
}
check('every stop has a visible focus', unseen.join(' | '))
check('the stops include links, buttons and tables', stops >= 10 ? '' : `only ${stops}`)
await page.locator('nav a', { hasText: 'Requests' }).focus()
await page.keyboard.press('Enter')
await page.waitForURL(`${origin}/requests`)
await page.locator('#pause').focus()
await page.keyboard.press('Enter')
const before = await page.innerText('#tail')
await ask(key)
await page.waitForTimeout(1600)
check('Pause stops the renewal', (await page.innerText('#tail')) === before ? '' : 'it did not')
await page.keyboard.press('Enter')
check('and Resume goes on', await page.waitForFunction(text => document.getElementById('tail').innerText !== text, before, { timeout: 15000 }).then(() => '', error => error.message))

// A right click, and one that becomes a menu: no button is reported as released afterwards.
const renewed = async what => {
  const text = await page.innerText('#tail')
  await ask(key)
  check(what, await page.waitForFunction(text => document.getElementById('tail').innerText !== text, text, { timeout: 15000 }).then(() => '', error => error.message))
}
await page.dispatchEvent('#tail', 'pointerdown', { button: 2 })
await renewed('a right click does not stop the renewal')
await page.dispatchEvent('#tail', 'pointerdown', { button: 0 })
await page.dispatchEvent('#tail', 'contextmenu')
await renewed('nor does a menu')

// A request is found by its id, and explained.
const id = await ask('nobody-has-this-key', '/v1/pages/0f0f0f0f-1111-4222-8333-444444444444')
await page.goto(`${origin}/requests`)
await page.getByLabel('Request id, or Notion').fill(id)
await page.keyboard.press('Enter')
await page.waitForURL(/id=/)
check('a denial is found by its id', (await page.innerText('#tail')).includes('invalid_key') ? '' : await page.innerText('#tail'))
await page.goto(`${origin}/explain`)
await page.getByLabel('Path and query').fill('/v1/users/me')
await page.keyboard.press('Enter')
await page.waitForURL(/path=/)
check('a request is explained with its wait', /Allowed[^]*would wait/.test(await page.innerText('#explanation')) ? '' : await page.innerText('#explanation'))

// Many callers.
await Promise.all(callers.map(([, key]) => ask(key)))
await Promise.all(callers.slice(0, 20).map(([, key]) => ask(`${key}-wrong`)))
await page.goto(`${origin}/callers`)
check('every caller is listed', (await page.locator('tbody tr').count()) >= callers.length ? '' : `${await page.locator('tbody tr').count()} rows`)
await look(page, `${callers.length} callers`, ['/', '/callers', '/denials', '/requests'], 'many')

// A grant's whole way with its name typed.
await page.goto(`${origin}/grants`)
await page.locator('section[aria-labelledby=new-link-title] input[name=name]').fill('acme')
await page.getByRole('button', { name: 'Make a link' }).click()
check('a link is shown once', (await page.innerText('.secret')).includes('/connect/') && (await page.reload(), await page.locator('.secret').count()) === 0 ? '' : 'it is not')

// A token that Notion refuses: found by a request, and tried again with a button that is held down while the page renews itself.
await fetch(`${given.notion}/_sandbox/connections/demo/revoke`, { method: 'POST' })
// The many callers may have used up the permits of a minute, and what gets none does not reach Notion.
for (let tries = 0; tries < 60 && (await fetch(`${given.data}/v1/users/me`, { headers: { Authorization: `Bearer ${key}` } })).status === 429; tries++) await page.waitForTimeout(1000)
await page.goto(`${origin}/`)
const probe = page.getByRole('button', { name: 'Probe now: default' })
check('a refused token has a button', await probe.waitFor({ timeout: 15000 }).then(() => '', error => error.message))
await look(page, 'refused token', ['/'])
await page.goto(`${origin}/`)
await page.waitForFunction(() => document.getElementById('live-state').textContent === 'Live')
await probe.click({ delay: 2500 })
await page.waitForSelector('.banner')
check('what came of the probe is said', /default: Notion rejects the token/.test(await page.innerText('.banner')) ? '' : await page.innerText('.banner'))
await page.goto(`${origin}/denials?reason=upstream_unauthorized`)
check('a denial shows what the caller was told', (await page.innerText('#tail')).includes('Notion rejects the token of credential') ? '' : await page.innerText('#tail'))
await look(page, 'denials with messages', ['/denials', '/requests'])

// Without script, and with a key.
const plain = await (await browser.newContext({ javaScriptEnabled: false })).newPage()
await plain.goto(`${origin}/`)
await plain.fill('#key', given.key)
await plain.keyboard.press('Enter')
await plain.waitForURL(`${origin}/`)
check('without script the page asks again by itself', (await plain.locator('noscript meta[http-equiv=refresh]').count()) || (await plain.content()).includes('http-equiv="refresh"') ? '' : 'it does not')
await plain.goto(`${origin}/denials`)
check('without script the denials are there', (await plain.innerText('#tail')).includes('invalid_key') ? '' : await plain.innerText('#tail'))
await plain.getByRole('button', { name: 'Sign out' }).click()
await plain.goto(`${origin}/requests`)
check('signing out ends it', plain.url() === `${origin}/sign-in` ? '' : plain.url())

await browser.close()
console.log(`${checks} checks, ${complaints.length} failed`)
process.exitCode = complaints.length ? 1 : 0
