import { InjectionToken } from '@angular/core'
import type { RsvpStore } from '../../../src/index.ts'

export const RSVP_STORE = new InjectionToken<RsvpStore>('rsvp-store')
