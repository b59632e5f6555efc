import type { Arguments } from './arguments.ts'
import type { Checked } from './check.ts'

/** Prints what was played and what broke; true when nothing did. */
export function report(results: readonly Checked[], asked: Arguments, tookMs: number): boolean {
  const say = (line: string) => process.stdout.write(`${line}\n`)
  const sum = (of: (checked: Checked) => number) => results.reduce((total, one) => total + of(one), 0)
  const histories = sum(({ tally }) => tally.histories)
  const faults: Record<string, number> = {}
  for (const { tally } of results)
    for (const [kind, times] of Object.entries(tally.faults)) faults[kind] = (faults[kind] ?? 0) + times
  const failures = results.flatMap(({ failure }) => failure ?? [])

  say(`seed          ${asked.seed}`)
  say(`histories     ${histories}`)
  say(`steps         ${sum(({ tally }) => tally.steps)}`)
  say(`requests      ${sum(({ tally }) => tally.requests)}`)
  say(`faults        ${Object.values(faults).reduce((total, times) => total + times, 0)}`)
  for (const [kind, times] of Object.entries(faults).sort(([a], [b]) => (a < b ? -1 : 1)))
    say(`              ${String(times).padStart(7)} ${kind}`)
  say(`violations    ${failures.length}`)
  say(
    `time          ${(tookMs / 1000).toFixed(1)} s, ${((histories / tookMs) * 1000).toFixed(1)} histories a second`,
  )

  for (const { violation, story, seed, path, history } of failures) {
    say('')
    say(`${violation.promise} is broken: ${violation.what}`)
    for (const line of story) say(`  ${line}`)
    say(
      violation.step > story.length
        ? '  In the end, when all is well again, it shows.'
        : `  After step ${violation.step} it shows.`,
    )
    const steps = `${asked.steps === 40 ? '' : ` --steps ${asked.steps}`}${asked.fresh ? ' --fresh' : ''}`
    say(
      path
        ? `Again: npm run simulate -- --seed ${seed} --path ${path}${steps}`
        : 'A history that once failed: npx vitest run --project node simulation.test.ts',
    )
    say(`As data: ${JSON.stringify(history)}`)
  }
  return failures.length === 0
}
