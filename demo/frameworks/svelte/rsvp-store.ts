import { createContext } from 'svelte'
import type { RsvpStore } from '../../../src/index.ts'

export const [useRsvpStore, provideRsvpStore] = createContext<RsvpStore>()
