import { createContext } from 'solid-js'
import type { RsvpStore } from '../../../src/index.ts'

export const RsvpStoreContext = createContext<RsvpStore>()
