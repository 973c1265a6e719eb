// Takes the pictures of the documentation from a busy demo. Usage: node pictures.mjs --sign-in URL --to FOLDER
import { launch, options, widths } from './browser.mjs'

const given = options()
const origin = new URL(given['sign-in']).origin
const browser = await launch()
const context = await browser.newContext()
const page = await context.newPage()
await page.goto(given['sign-in'])

for (const [name, path, size, colorScheme, fullPage] of [
  ['overview-light', '/', widths.desk, 'light', true],
  ['overview-dark', '/', widths.desk, 'dark', true],
  ['overview-phone', '/', widths.phone, 'dark', false],
  ['requests-light', '/requests', widths.desk, 'light', false],
]) {
  await page.emulateMedia({ colorScheme })
  await page.setViewportSize(size)
  await page.goto(origin + path)
  await page.waitForTimeout(1500)
  await page.screenshot({ path: `${given.to}/${name}.png`, fullPage })
}

await browser.close()
