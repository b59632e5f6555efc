import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeFolder, ROOT, run } from '../child.ts'
import { packInto } from '../tarball.ts'
import { setMood } from './app.ts'
import { startDemo } from './demo.ts'
import { launch } from './launch.ts'

/** What people get: the tarball, in a Vite app of their own. */
let folder: Awaited<ReturnType<typeof makeFolder>>
let tarball = ''

beforeAll(async () => {
  folder = await makeFolder()
  tarball = await packInto(folder.path)
}, 300_000)
afterAll(() => folder[Symbol.asyncDispose]())

/** The versions that this project itself is tested with. */
async function versionsOf(manifest: string, names: readonly string[]): Promise<string[]> {
  const { dependencies, devDependencies } = JSON.parse(await readFile(join(ROOT, manifest), 'utf8'))
  const all = { ...dependencies, ...devDependencies } as Record<string, string>
  return names.map((name) => `${name}@${all[name]}`)
}

const STORE = `
import { createRsvpStore } from 'rsvp-store'

export const store = createRsvpStore({
  userId: 'ada',
  baseUrl: location.origin,
  getToken: async () => (await (await fetch('/__double/token?user=ada')).json()).token,
})
`

interface Consumer {
  readonly name: string
  readonly manifest: string
  readonly packages: readonly string[]
  readonly files: Readonly<Record<string, string>>
}

const html = (main: string) =>
  `<!doctype html><html lang="en"><title>A consumer</title><div id="app"></div><script type="module" src="/src/${main}"></script></html>`
const config = (plugin: string, call: string) =>
  `import plugin from '${plugin}'\nexport default { plugins: [${call}] }\n`

const REACT: Consumer = {
  name: 'React',
  manifest: 'package.json',
  packages: ['vite', '@vitejs/plugin-react', 'react', 'react-dom'],
  files: {
    'index.html': html('main.jsx'),
    'vite.config.js': config('@vitejs/plugin-react', 'plugin()'),
    'src/store.js': STORE,
    'src/main.jsx': `
import { createRoot } from 'react-dom/client'
import { RsvpStoreProvider, useEvent, useRsvp } from 'rsvp-store/react'
import { store } from './store.js'

function Card() {
  const event = useEvent('event-1')
  const { status, sync, answer } = useRsvp('event-1')
  if (!event) return null
  return (
    <article>
      <h1>{event.title}</h1>
      <button type="button" onClick={() => answer('going')}>Going</button>
      <output>{status} {sync}</output>
    </article>
  )
}

createRoot(document.getElementById('app')).render(<RsvpStoreProvider store={store}><Card /></RsvpStoreProvider>)
`,
  },
}

const VUE: Consumer = {
  name: 'Vue',
  manifest: 'demo/frameworks/package.json',
  packages: ['@vitejs/plugin-vue', 'vue', '@vueuse/rxjs'],
  files: {
    'index.html': html('main.js'),
    'vite.config.js': config('@vitejs/plugin-vue', 'plugin()'),
    'src/store.js': STORE,
    'src/main.js': `
import { createApp } from 'vue'
import Card from './card.vue'

createApp(Card).mount('#app')
`,
    'src/card.vue': `
<script setup>
import { useObservable } from '@vueuse/rxjs'
import { store } from './store.js'

const event = useObservable(store.event$('event-1'))
</script>

<template>
  <article v-if="event">
    <h1>{{ event.title }}</h1>
    <button type="button" @click="store.rsvp('event-1', 'going')">Going</button>
    <output>{{ event.myRsvp.status }} {{ event.myRsvp.sync }}</output>
  </article>
</template>
`,
  },
}

/** Installs what the app needs from the registry, and builds it with its own Vite; resolves with what it built. */
async function buildApp({ name, manifest, packages, files }: Consumer): Promise<string> {
  const app = join(folder.path, name)
  await mkdir(app)
  await writeFile(join(app, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(app, path)), { recursive: true })
    await writeFile(join(app, path), text)
  }
  const wanted = [...(await versionsOf('package.json', ['vite'])), ...(await versionsOf(manifest, packages))]
  await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', tarball, ...new Set(wanted)], {
    cwd: app,
  })
  await run(join(app, 'node_modules/.bin/vite'), ['build'], { cwd: app })
  return join(app, 'dist')
}

test.each([REACT, VUE])(
  'the tarball in a new Vite and $name app: answered offline, kept, and sent when the server is back',
  async (consumer) => {
    await using demo = await startDemo(await buildApp(consumer))
    await using browser = await launch()
    const page = await browser.newPage()
    const complaints: string[] = []
    page.on('pageerror', (error) => complaints.push(String(error)))
    await page.goto(demo.url)
    await page.getByRole('heading').waitFor()
    await setMood(demo.url, 'down')
    await page.getByRole('button', { name: 'Going' }).click()
    await page.getByText('going queued').waitFor()
    await setMood(demo.url, 'well')
    await page.getByText('going synced').waitFor()
    const { writes } = (await (await fetch(`${demo.url}__double`)).json()) as {
      readonly writes: readonly object[]
    }
    expect(writes).toMatchObject([{ userId: 'ada', eventId: 'event-1', status: 'going' }])
    expect(complaints).toEqual([])
  },
  300_000,
)
