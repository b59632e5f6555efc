import { mergeConfig } from 'vite'
import { sample } from '../sample.ts'
import { angular } from './compile.ts'

export default mergeConfig(sample('angular'), { plugins: [angular()] })
