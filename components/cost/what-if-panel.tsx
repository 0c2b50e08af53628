import type { CostProjection, CostWhatIf } from '#lib/cost/api/index.ts'
import { RuleSource } from '../ui/facts/azure-rule.tsx'
import { useEndpointQuery } from '../data/index.ts'
import { formatBandwidth } from '../format/quantity.ts'
import { QueryStateView, SkeletonRows } from '../ui/answer-view.tsx'
import { Button } from '../ui/button.tsx'
import { CommittedTextField } from '../ui/draft-field.tsx'
import { SelectField } from '../ui/field.tsx'
import { CollapsiblePanel } from '../ui/fold-panel.tsx'
import { CostPlanChangeSteps } from './change-plan.tsx'
import { CircuitSelect } from './circuit-select.tsx'
import { formatCostPercentiles, costChangeMethodLabels, formatMoneyChange } from './money-text.ts'
import { parseAsInteger, parseAsString, useQueryStates } from 'nuqs'

/** Bandwidths in which circuits are sold, Mbit/s. */
const SOLD_MBPS = [50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000]
const asItIs = { value: '', label: 'current' }
const plans = [
  asItIs,
  { value: 'metered', label: 'metered' },
  { value: 'unlimited', label: 'unlimited' },
  { value: 'local', label: 'Local' },
]
const tiers = [asItIs, { value: 'Standard', label: 'Standard' }, { value: 'Premium', label: 'Premium' }]
const bandwidths = [asItIs, ...SOLD_MBPS.map((mbps) => ({ value: String(mbps), label: formatBandwidth(mbps) }))]

/**
 * Panel in which the user chooses another configuration of a circuit and sees its cost. The URL of the page stores the
 * configuration.
 */
export function CostWhatIfPanel({
  projection,
  circuits,
  onCircuit,
}: {
  projection: CostProjection
  circuits: readonly CostProjection[]
  onCircuit: (id: string) => void
}) {
  const { isPlain } = useScenario()
  return (
    <CollapsiblePanel
      id="what-if"
      title="What if"
      note={
        <>
          this circuit in another configuration; what changes in place is Azure’s rule.{' '}
          <RuleSource rule="plan_changes" />
        </>
      }
      className="print:hidden"
      // the panel is open if the URL of the page contains a configuration
      isOpenAtFirst={!isPlain}
      aside={<CircuitSelect circuits={circuits} circuitId={projection.circuitId} onCircuit={onCircuit} />}
    >
      <Configuration projection={projection} />
    </CollapsiblePanel>
  )
}

function Configuration({ projection }: { projection: CostProjection }) {
  const { scenario, set, isPlain, clear } = useScenario()
  const { plan, tier, mbps, reachMonthly, reachPerGb, reachGb, reachPerGbIn, reachGbIn, directMonthly } = scenario
  const [second, reach, direct] = [scenario.second === 'true', scenario.reach === 'true', scenario.direct === 'true']
  const isCurrent =
    !(second || reach || direct) &&
    (plan ?? projection.plan) === projection.plan &&
    (tier ?? projection.tier) === projection.tier &&
    (mbps ?? projection.bandwidthMbps) === projection.bandwidthMbps
  const query = useEndpointQuery('cost/what-if', {
    circuit: projection.circuitId,
    plan,
    tier,
    bandwidthMbps: mbps,
    second: second ? 'true' : null,
    globalReach: reach ? 'true' : null,
    reachMonthly: reach ? reachMonthly : null,
    reachPerGb: reach ? reachPerGb : null,
    reachGb: reach ? reachGb : null,
    reachPerGbIn: reach ? reachPerGbIn : null,
    reachGbIn: reach ? reachGbIn : null,
    direct: direct ? 'true' : null,
    directMonthly: direct ? directMonthly : null,
  })
  return (
    <>
      <div className="mb-3 flex flex-wrap items-end gap-x-3 gap-y-2">
        <SelectField
          label="Plan"
          className="w-32"
          options={plans}
          value={plan ?? ''}
          onChange={({ target }) => set({ plan: target.value || null })}
        />
        <SelectField
          label="SKU"
          className="w-32"
          options={tiers}
          value={tier ?? ''}
          onChange={({ target }) => set({ tier: target.value || null })}
        />
        <SelectField
          label="Bandwidth"
          className="w-32"
          options={bandwidths}
          value={mbps === null ? '' : String(mbps)}
          onChange={({ target }) => set({ mbps: target.value === '' ? null : Number(target.value) })}
        />
        <Tick
          label="second circuit of the same kind"
          checked={second}
          onTick={(on) => set({ second: on ? 'true' : null })}
        />
        <Tick label="with Global Reach" checked={reach} onTick={(on) => set({ reach: on ? 'true' : null })} />
        <Tick label="on ExpressRoute Direct" checked={direct} onTick={(on) => set({ direct: on ? 'true' : null })} />
        {!isPlain && (
          <Button variant="quiet" onClick={clear}>
            Reset
          </Button>
        )}
      </div>
      {(reach || direct) && (
        <fieldset className="mb-3 flex flex-wrap items-end gap-x-3 gap-y-2">
          <legend className="mb-1 text-xs text-ink-3">
            These prices are on no price list. An empty field uses the declared price. In{' '}
            {projection.priceSheet.currency}.
          </legend>
          {reach && (
            <>
              <Amount
                label="Global Reach, per month"
                value={reachMonthly}
                onAmount={(to) => set({ reachMonthly: to })}
              />
              <Amount label="Per GB sent, both ends" value={reachPerGb} onAmount={(to) => set({ reachPerGb: to })} />
              <Amount label="GB sent per month" value={reachGb} onAmount={(to) => set({ reachGb: to })} />
              <Amount
                label="Per GB received, both ends"
                value={reachPerGbIn}
                onAmount={(to) => set({ reachPerGbIn: to })}
              />
              <Amount label="GB received per month" value={reachGbIn} onAmount={(to) => set({ reachGbIn: to })} />
            </>
          )}
          {direct && (
            <Amount label="Port pair, per month" value={directMonthly} onAmount={(to) => set({ directMonthly: to })} />
          )}
        </fieldset>
      )}
      <QueryStateView query={query} skeleton={<SkeletonRows rows={2} />}>
        {({ data }) => <Answered answer={data} isCurrent={isCurrent} />}
      </QueryStateView>
    </>
  )
}

function Tick({ label, checked, onTick }: { label: string; checked: boolean; onTick: (on: boolean) => void }) {
  return (
    <label className="flex h-7 items-center gap-1.5 text-xs">
      <input type="checkbox" checked={checked} onChange={({ target }) => onTick(target.checked)} />
      {label}
    </label>
  )
}

function Amount({
  label,
  value,
  onAmount,
}: {
  label: string
  value: string | null
  onAmount: (amount: string | null) => void
}) {
  return (
    <CommittedTextField
      label={label}
      value={value}
      placeholder="as declared"
      read={(text) => (isAmount(text) ? text : null)}
      complaint="a number such as 0.02"
      onChange={onAmount}
    />
  )
}

/**
 * Shows the cost and the consequences of the chosen configuration.
 * @param isCurrent whether the chosen configuration equals the circuit's current configuration
 */
function Answered({ answer, isCurrent }: { answer: CostWhatIf; isCurrent: boolean }) {
  const { words, why, cost, difference, change, hindrances, oneWay, payback, reversal, plan, notes } = answer
  if (why !== null || !cost) {
    return (
      <p role="status" className="text-ink-2">
        No figure: {why}.
      </p>
    )
  }
  return (
    <div role="status">
      <p>
        <span className="font-semibold">{words}</span>: {formatCostPercentiles(cost)} a month
        {isCurrent ? ', as it is.' : difference && `, ${formatMoneyChange(difference.p50)} vs. current.`}{' '}
        {!isCurrent && change && costChangeMethodLabels[change]}
        {oneWay && ' Irreversible: going back needs a new circuit.'}
      </p>
      <ul className="mt-1 space-y-0.5 text-xs text-ink-2">
        {hindrances.map(({ kind, words: line, ask }) => (
          <li key={line}>
            {kind === 'refusal' ? 'Blocked by' : 'Open'}: {line}.{ask && ` ${ask}.`}
          </li>
        ))}
        {payback && <li>{payback.words}</li>}
        {reversal && <li>{reversal.words}</li>}
        {notes.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      <CostPlanChangeSteps title="How to change it" plan={plan} />
    </div>
  )
}

const parameters = {
  plan: parseAsString,
  tier: parseAsString,
  mbps: parseAsInteger,
  second: parseAsString,
  reach: parseAsString,
  reachMonthly: parseAsString,
  reachPerGb: parseAsString,
  reachGb: parseAsString,
  reachPerGbIn: parseAsString,
  reachGbIn: parseAsString,
  direct: parseAsString,
  directMonthly: parseAsString,
}

/**
 * Returns the circuit configuration in the URL of the page, and functions that change it. A null value means the
 * circuit's current value.
 */
function useScenario() {
  const [scenario, set] = useQueryStates(parameters, { history: 'replace' })
  return {
    scenario,
    set: (part: Partial<typeof scenario>) => void set(part),
    isPlain: Object.values(scenario).every((value) => value === null),
    clear: () => void set(null),
  }
}

/** Reports whether the API accepts a text as an amount: a decimal number without a sign. */
const isAmount = (text: string): boolean => /^\d{1,12}(\.\d{1,9})?$/.test(text)
