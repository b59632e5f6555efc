import type { ApiMood } from '../../src/double/moods.ts'

/** The moods of the sample server, for a visitor who wants to see what happens. */
export const MOOD: Record<ApiMood, { readonly name: string; readonly says: string }> = {
  well: { name: 'All well', says: 'Everything is answered at once.' },
  slow: { name: 'Slow', says: 'Every reply takes three seconds. Taps still show at once.' },
  down: { name: 'Nobody home', says: 'Nothing answers. Answers wait here and go out later.' },
  'lost-request': {
    name: 'Requests get lost',
    says: 'Nothing you send arrives, though the network looks fine.',
  },
  'lost-reply': {
    name: 'Replies get lost',
    says: 'The server hears you, but you never hear back. The app looks before it sends again.',
  },
  'server-error': { name: 'In trouble', says: 'The server answers everything with an error.' },
  refusing: { name: 'Says no', says: 'Every answer is turned down. Try again later, or discard it.' },
  'rate-limited': { name: 'Too busy', says: 'The server asks everybody to wait two seconds, each time.' },
  'signed-out': {
    name: 'Signed out',
    says: 'The server does not know you any more. Answers wait for your return.',
  },
  'captive-portal': {
    name: 'Station Wi-Fi',
    says: 'A welcome page answers in the server’s place. It must not pass for a yes.',
  },
}
