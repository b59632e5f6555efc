const STEP: Record<string, number> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }

/** Of the platform, or of React. */
type KeyDown = Pick<KeyboardEvent, 'key' | 'preventDefault' | 'currentTarget'>

/** Arrows only move: an answer goes out when it is chosen with Space, not when it is passed on the way. */
export function moveFocus(event: KeyDown): void {
  const step = STEP[event.key]
  const button = event.currentTarget
  if (step === undefined || !(button instanceof HTMLButtonElement)) return
  event.preventDefault()
  const open = [...(button.parentElement?.querySelectorAll<HTMLButtonElement>('button:enabled') ?? [])]
  open[(open.indexOf(button) + step + open.length) % open.length]?.focus()
}
