import react from '@vitejs/plugin-react'
import { mergeConfig } from 'vite'
import { sample } from '../sample.ts'

export default mergeConfig(sample('react'), { plugins: [react()] })
