import type { ApiMood } from '../../../src/double/moods.ts'

type Mood = { readonly name: string; readonly says: string }

/** For a visitor who wants to see what happens: the panel of the sample server. */
export const panel = {
  title: 'Network',
  lead: 'Choose how the sample server behaves, then answer something. Whatever happens, nothing you said is lost.',
  gone: 'The sample server cannot be reached. That, too, is a mood: the app goes on with what it has.',
  moods: 'How the server behaves',
  elsewhere: 'Answer this event on your other device',
  taken: 'Answers the server took',
  noneTaken: 'None yet.',
  requests: 'Last requests',
  noReply: 'no reply',
  inspector: 'Behind the scenes',
  startOver: 'Start over',
  startOverSays: 'Makes a new sample server and forgets everything on this device.',
  mood: {
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
  } satisfies Record<ApiMood, Mood>,
}
