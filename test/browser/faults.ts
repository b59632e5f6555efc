import axe from 'axe-core'

/** Puts axe into a page, in a form that every engine takes. */
export const placeAxe = new Function(axe.source) as () => void

/**
 * Says what axe, which the page must have, finds wrong on what is seen now: the rule, and where. All of its rules, or
 * the one that is named.
 */
export const faults = async (rule?: string): Promise<readonly string[]> => {
  const there = (globalThis as unknown as { axe: typeof axe }).axe
  const { violations } = await (rule ? there.run({ runOnly: [rule] }) : there.run())
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id}: ${help}: ${html}`))
}
