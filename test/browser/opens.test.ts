import { expect, test } from 'vitest'
import { startDemo } from './demo.ts'
import { launch } from './launch.ts'

test('the built demo opens in a real browser, shows events and complains of nothing', async () => {
  await using demo = await startDemo()
  await using browser = await launch()
  const page = await browser.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('console', (message) => void (message.type() === 'error' && complaints.push(message.text())))
  await page.goto(demo.url)
  await page.getByRole('article').first().waitFor()
  expect(complaints).toEqual([])
})

test('the demo server dies at once and comes back at the same address', async () => {
  await using demo = await startDemo()
  const status = () => fetch(demo.url).then((reply) => reply.status)
  expect(await status()).toBe(200)
  await demo.stop()
  await expect(status()).rejects.toThrow('fetch failed')
  await demo.start()
  expect(await status()).toBe(200)
})
