import type { Unit } from './budgets.ts'

/** As short as it may be said: two digits that count, and no more than three. */
export function format(value: number, unit: Unit): string {
  if (unit === 'times') return `${digits(value)}×`
  if (unit === 'count') return grouped(value)
  if (unit === 'ms') return value >= 10_000 ? `${digits(value / 1_000)} s` : `${digits(value)} ms`
  return value >= 1_000_000 ? `${(value / 1_000_000).toFixed(2)} MB` : `${(value / 1_000).toFixed(1)} kB`
}

export function digits(value: number): string {
  if (value >= 100) return grouped(value)
  if (value > 0 && value < 0.01) return value.toPrecision(1)
  return value.toFixed(value >= 10 ? 1 : 2)
}

const grouped = (value: number): string => Math.round(value).toLocaleString('en-US')
