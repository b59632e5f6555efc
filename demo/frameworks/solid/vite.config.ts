import { mergeConfig } from 'vite'
import solid from 'vite-plugin-solid'
import { sample } from '../sample.ts'

export default mergeConfig(sample('solid'), { plugins: [solid()] })
