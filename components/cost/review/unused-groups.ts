import type { UnusedFinding } from '#lib/cost/api/index.ts'
import { getMoneySign } from '#lib/cost/api/money-sums.ts'
import { formatMoney } from '../money-text.ts'

interface UnusedGroup {
  title: string
  findings: {
    key: string
    name: string
    /** monthly cost and possible saving; null = unknown */
    cost: string | null
    words: string
  }[]
}

const titles: Partial<Record<UnusedFinding['kind'], string>> = {
  bandwidth_not_needed: 'Lightly used circuits',
  premium_not_needed: 'Unused Premium',
}

/**
 * Groups findings about paid capacity by title. A circuit of the groups "Lightly used circuits" and "Unused Premium" is
 * in use, and the circuit's row in the review contains its only recommendation. These groups therefore contain the
 * facts without a remedy and a saving.
 * @param shown reasons that the same sheet already contains as caveats of the rows. They are not repeated, but the list
 *   still names every circuit
 */
export function groupUnusedFindings(unused: readonly UnusedFinding[], shown: readonly string[] = []): UnusedGroup[] {
  const groups = Map.groupBy(unused, ({ kind }) => titles[kind] ?? 'Unused resources')
  return ['Unused resources', ...Object.values(titles)].flatMap((title) => {
    const findings = (groups.get(title) ?? []).map((finding) => {
      const { kind, resourceId, name, reason, remedy } = finding
      const isInUse = titles[kind] !== undefined
      return {
        key: `${kind} ${resourceId}`,
        name,
        cost: formatCost(finding, isInUse),
        words: [shown.includes(reason) ? isInUse && 'See the caveats of its row.' : reason, !isInUse && remedy]
          .filter(Boolean)
          .join(' '),
      }
    })
    return findings.length === 0 ? [] : { title, findings }
  })
}

function formatCost({ perMonth, saving }: UnusedFinding, isInUse: boolean): string | null {
  if (!perMonth) return null
  const cost = `${formatMoney(perMonth)} a month`
  return !isInUse && saving && getMoneySign(saving) > 0
    ? `${cost}, of which ${formatMoney(saving)} could be saved`
    : cost
}
