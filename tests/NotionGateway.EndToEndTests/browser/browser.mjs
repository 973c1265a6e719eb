// Debian's Chromium for the checks and for the pictures.
import { chromium } from 'playwright-core'

export const widths = { desk: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } }

// Tests run as root and in containers, where Chromium's own sandbox cannot; the pages are ours.
export const launch = () => chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-proxy-server'],
})

export const options = () => Object.fromEntries(
  process.argv.slice(2).flatMap((word, at, all) => word.startsWith('--') ? [[word.slice(2), all[at + 1]]] : []))
