import { type ByStep, type Fate, inTable, type Step } from './step.ts'

/** `3 s`, `5 min`, `2 h`. */
export function duration(ms: number): string {
  const size = Math.abs(ms)
  const [unit, name] =
    size >= 3_600_000
      ? [3_600_000, 'h']
      : size >= 60_000
        ? [60_000, 'min']
        : size >= 1000
          ? [1000, 's']
          : [1, 'ms']
  return `${Math.round((size / unit) * 10) / 10} ${name}`
}

const after = (count: number) => (count === 0 ? 'there and then' : `before its ${nth(count)} effect from now`)

function nth(count: number): string {
  const ending = count % 100 > 10 && count % 100 < 14 ? 'th' : (['th', 'st', 'nd', 'rd'][count % 10] ?? 'th')
  return `${count}${ending}`
}

/** One step as a sentence. Tabs and events are counted round those there are. */
export const tell = (step: Step): string =>
  `${inTable(SENTENCES, step)}${step.hurry ? ' (and at once:)' : '.'}`

const SENTENCES: ByStep<string> = {
  tap: ({ tab, event, status }) => `Tab ${tab} answers ${status} to event ${event}`,
  retry: ({ tab, event }) => `Tab ${tab} tries event ${event} again`,
  discard: ({ tab, event }) => `Tab ${tab} discards the answer to event ${event}`,
  sync: ({ tab }) => `Tab ${tab} syncs`,
  'pull-events': ({ tab }) => `Tab ${tab} pulls the events`,
  'pull-mine': ({ tab }) => `Tab ${tab} pulls my answers`,
  'pull-event': ({ tab, event }) => `Tab ${tab} pulls event ${event}`,
  'pull-attendees': ({ tab, event }) => `Tab ${tab} pulls who comes to event ${event}`,
  prune: ({ tab, keepMine }) =>
    `In tab ${tab} everything that may go goes${keepMine ? ', but what is mine' : ''}`,
  open: ({ worker }) => (worker ? 'A worker opens the store' : 'A tab is opened'),
  close: ({ tab }) => `Tab ${tab} is closed`,
  reload: ({ tab }) => `Tab ${tab} is reloaded`,
  crash: (step) => `Tab ${step.tab} crashes ${after(step.after)}`,
  freeze: (step) =>
    `Tab ${step.tab} freezes ${step.told ? 'after a freeze event' : `without a word, ${after(step.after)}`}`,
  resume: ({ tab }) => `Frozen tab ${tab} resumes`,
  network: ({ up, told }) => `The network ${up ? 'comes back' : 'goes'}${told ? '' : ', and nobody says so'}`,
  fate: ({ of, fate }) => `The next ${of === 'answer' ? 'answer' : 'request'} ${fateOf(fate)}`,
  live: ({ fault }) => LIVE[fault],
  'server-down': ({ ms }) => `The server is down for ${duration(ms)}`,
  'no-tokens': ({ ms }) => `All tokens end, and there are no new ones for ${duration(ms)}`,
  'expire-tokens': () => 'All tokens end',
  'log-out': ({ tab, unsent }) => `Tab ${tab} logs out (unsent: ${unsent}), and the other user logs in`,
  elsewhere: ({ event, status }) => `Another device of mine answers ${status} to event ${event}`,
  others: ({ event, status }) => `Somebody else answers ${status} to event ${event}`,
  organiser: ({ event, what }) => `The organiser lets event ${event} ${ORGANISED[what]}`,
  clock: ({ ms }) => `The phone's clock jumps ${ms < 0 ? 'back' : 'on'} by ${duration(ms)}`,
  storage: ({ tab, fault }) => `In tab ${tab} ${STRUCK[fault]}`,
  pass: ({ ms }) => `${duration(ms)} pass`,
}

const ORGANISED = {
  cancel: 'be cancelled',
  delete: 'be deleted',
  end: 'end',
  reschedule: 'be in six days',
  'start-soon': 'start in twenty minutes',
} as const

const LIVE = {
  cut: 'Every live feed breaks',
  deaf: 'Every live feed falls silent, and nobody is told',
  lose: 'The next live message is lost',
  late: 'The next live message is overtaken by all that come within 25 s',
  twice: 'The next live message comes twice, the second time 25 s later',
} as const

const STRUCK = {
  quota: 'the next write finds the disk full',
  'unknown-error': 'the next write fails',
  commit: 'the next write fails at its commit',
  'connection-lost': 'the connection to the database is lost',
  open: 'the database cannot be opened the next time',
  hang: 'the disk does not answer the next transaction, which ends eight seconds later',
  'slow-open': 'the database keeps the next one who opens it waiting for eight seconds, in vain',
} as const

function fateOf(fate: Fate): string {
  switch (fate.kind) {
    case 'lose-request':
      return `is lost on its way${fate.silently ? ', silently' : ''}`
    case 'lose-reply':
      return `arrives, its reply is lost${fate.silently ? ', silently' : ''}`
    case 'delay':
      return `gets its reply ${duration(fate.ms)} late`
    case 'duplicate':
      return `arrives, and once more ${duration(fate.ms)} later`
    case 'zombie':
      return `looks lost${fate.silently ? ', silently' : ''}, and arrives ${duration(fate.ms)} later`
    case 'bad-rows':
      return 'gets a reply with rows that nobody can read'
    case 'reorder':
      return 'is overtaken by the one after it'
    case 'reply':
      return `${fate.applied ? 'is applied, but ' : ''}gets ${fate.status}${fate.retryAfterS === undefined ? '' : `, Retry-After ${fate.retryAfterS} s`}`
    default:
      return `${fate.applied ? 'is applied, but ' : ''}gets ${fate.kind.replace('-', ' ')}`
  }
}

/** What kind of fault a step injects, if it is one. */
export function faultOf(step: Step): string | undefined {
  switch (step.do) {
    case 'fate':
      return step.fate.kind === 'reply' ? `reply ${step.fate.status}` : step.fate.kind
    case 'storage':
      return `storage ${step.fault}`
    case 'live':
      return `live ${step.fault}`
    case 'network':
      return step.up ? undefined : 'network down'
    case 'crash':
    case 'freeze':
    case 'reload':
    case 'server-down':
    case 'no-tokens':
    case 'expire-tokens':
    case 'elsewhere':
    case 'clock':
      return step.do
    default:
      return undefined
  }
}
