import type { Fate, Step } from './step.ts'

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
export function tell(step: Step): string {
  return `${sentence(step)}${step.hurry ? ' (and at once:)' : '.'}`
}

function sentence(step: Step): string {
  switch (step.do) {
    case 'tap':
      return `Tab ${step.tab} answers ${step.status} to event ${step.event}`
    case 'retry':
      return `Tab ${step.tab} tries event ${step.event} again`
    case 'discard':
      return `Tab ${step.tab} discards the answer to event ${step.event}`
    case 'sync':
      return `Tab ${step.tab} syncs`
    case 'pull-events':
      return `Tab ${step.tab} pulls the events`
    case 'pull-mine':
      return `Tab ${step.tab} pulls my answers`
    case 'pull-event':
      return `Tab ${step.tab} pulls event ${step.event}`
    case 'pull-attendees':
      return `Tab ${step.tab} pulls who comes to event ${step.event}`
    case 'open':
      return step.worker ? 'A worker opens the store' : 'A tab is opened'
    case 'close':
      return `Tab ${step.tab} is closed`
    case 'reload':
      return `Tab ${step.tab} is reloaded`
    case 'resume':
      return `Frozen tab ${step.tab} resumes`
    case 'crash':
      return `Tab ${step.tab} crashes ${after(step.after)}`
    case 'freeze':
      return `Tab ${step.tab} freezes ${after(step.after)}, ${step.told ? 'after a freeze event' : 'without a word'}`
    case 'network':
      return `The network ${step.up ? 'comes back' : 'goes'}${step.told ? '' : ', and nobody says so'}`
    case 'fate':
      return `The next ${step.of === 'answer' ? 'answer' : 'request'} ${fateOf(step.fate)}`
    case 'server-down':
      return `The server is down for ${duration(step.ms)}`
    case 'no-tokens':
      return `All tokens end, and there are no new ones for ${duration(step.ms)}`
    case 'pass':
      return `${duration(step.ms)} pass`
    case 'expire-tokens':
      return 'All tokens end'
    case 'log-out':
      return `Tab ${step.tab} logs out (${step.unsent} what is unsent), and the other user logs in`
    case 'elsewhere':
      return `Another device of mine answers ${step.status} to event ${step.event}`
    case 'others':
      return `Somebody else answers ${step.status} to event ${step.event}`
    case 'organiser':
      return `The organiser: ${step.what.replace('-', ' ')} event ${step.event}`
    case 'clock':
      return `The phone's clock jumps ${step.ms < 0 ? 'back' : 'on'} by ${duration(step.ms)}`
    case 'storage':
      return `Storage of tab ${step.tab}: ${step.fault}`
  }
}

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
