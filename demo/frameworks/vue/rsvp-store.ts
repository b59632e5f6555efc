import type { InjectionKey } from 'vue'
import type { RsvpStore } from '../../../src/index.ts'

export const rsvpStoreKey: InjectionKey<RsvpStore> = Symbol('rsvp-store')
