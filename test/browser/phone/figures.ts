/** Prints how a measured time was spread; nobody asserts it, the record keeps it. */
export function report(what: string, times: readonly number[]): void {
  const sorted = [...times].sort((a, b) => a - b)
  const at = (share: number) => (sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN).toFixed(0)
  const spread = `median ${at(0.5)}, 95 % ${at(0.95)}, longest ${at(1)} ms`
  process.stdout.write(`figures: ${what}: ${spread} (n=${sorted.length})\n`)
}
