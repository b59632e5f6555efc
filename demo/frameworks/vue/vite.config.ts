import vue from '@vitejs/plugin-vue'
import { mergeConfig } from 'vite'
import { sample } from '../sample.ts'

export default mergeConfig(sample('vue'), {
  plugins: [vue()],
  // A page that a server has rendered otherwise says so also when it is built: a test listens.
  define: { __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'true' },
})
