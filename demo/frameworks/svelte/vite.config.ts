import { svelte } from '@sveltejs/vite-plugin-svelte'
import { mergeConfig } from 'vite'
import { sample } from '../sample.ts'

export default mergeConfig(sample('svelte'), { plugins: [svelte({ configFile: false })] })
