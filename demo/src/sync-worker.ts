import { attachRsvpSync } from '../../src/service-worker.ts'
import { sampleToken } from './sample-token.ts'

/**
 * Inside the service worker: answers go out though the app is closed. On the sample server only; a token for the real
 * API stands in the page's address, where no worker sees it.
 */
attachRsvpSync(self, { baseUrl: location.origin, name: 'gatherings', getToken: sampleToken })
