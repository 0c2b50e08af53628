/** Commands that write a plan file. They are also shown if a file cannot be read. */
export function PlanFileCommands({ isOpen = false }: { isOpen?: boolean }) {
  return (
    <details open={isOpen} className="text-xs text-ink-2 open:basis-full">
      <summary className="w-fit cursor-pointer rounded-xs">How to write such a file</summary>
      <dl className="mt-1.5 grid grid-cols-[minmax(0,1fr)] gap-x-3 gap-y-1 sm:grid-cols-[auto_minmax(0,1fr)]">
        {PLAN_COMMANDS.map(([format, command]) => (
          <div key={format} className="contents">
            <dt className="font-medium">{format}</dt>
            <dd className="font-mono wrap-anywhere">{command}</dd>
          </div>
        ))}
      </dl>
    </details>
  )
}

const PLAN_COMMANDS = [
  ['Terraform', 'terraform plan -out p && terraform show -json p > plan.json'],
  ['ARM, Bicep', 'az deployment group what-if --no-pretty-print … > plan.json'],
  ['List of changes', '[{ "set": { "resource": "er-ams-to-hub", "weight": 100 } }]'],
] as const
