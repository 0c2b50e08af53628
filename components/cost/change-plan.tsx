import type { CostPlanStep } from '#lib/cost/api/index.ts'
import { CopyButton } from '../ui/copy-button.tsx'

const actors: Record<CostPlanStep['by'], string> = { you: 'you', provider: 'the provider', azure: 'Azure' }

/**
 * Lists the steps of a plan change in order. Each step shows its action, the interruptions, the commands to copy, and
 * how to verify its success. The list is collapsed unless `isOpen` is true.
 */
export function CostPlanChangeSteps({
  title,
  plan,
  isOpen = false,
}: {
  title: string
  plan: readonly CostPlanStep[]
  isOpen?: boolean
}) {
  if (plan.length === 0) return null
  return (
    <details open={isOpen} className="print:hidden">
      <summary className="cursor-pointer text-xs font-medium">{title}</summary>
      <ol className="mt-1.5 list-decimal space-y-2 pl-5 text-xs">
        {plan.map(({ title: name, by, words, breaks, commands, proof }) => (
          <li key={name} className="break-words">
            <span className="font-medium text-ink">{name}</span> ({actors[by]}). {words}
            {breaks && <span className="block">Interrupted: {breaks}</span>}
            {commands.map((command) => (
              <span key={command} className="mt-1 flex items-start gap-1">
                <code className="min-w-0 rounded-sm bg-surface-2 px-1.5 py-0.5 font-mono break-all">{command}</code>
                <CopyButton text={command} label={`Copy the command of ${name}`} />
              </span>
            ))}
            {proof && <span className="block">Proved by: {proof}</span>}
          </li>
        ))}
      </ol>
    </details>
  )
}
