import { type FormEvent, useState } from 'react'
import type { CircuitPath, PeeringType } from '#lib/contract/index.ts'
import { circuitPaths, peeringTypes } from '#lib/contract/vocabulary.ts'
import { Button } from '../ui/button.tsx'
import { SelectField } from '../ui/field.tsx'
import { useResources } from '../schema-form/use-resources.ts'

/** Path of a circuit's peering. */
export interface CircuitPathChoice {
  circuit: string
  peering: PeeringType
  path: CircuitPath
}

/**
 * Form in which the user chooses the circuit and path to which a session belongs.
 * @param before current path; null = unknown, so the form initially shows the private peering of the first circuit
 */
export function CircuitPathForm({
  label,
  before,
  asksPeering = false,
  isBusy,
  onSave,
}: {
  label: string
  before: CircuitPathChoice | null
  asksPeering?: boolean
  isBusy: boolean
  onSave: (choice: CircuitPathChoice) => void
}) {
  const { circuits } = useResources()
  const [choice, setChoice] = useState<CircuitPathChoice>(
    before ?? { circuit: circuits[0]?.id ?? '', peering: 'private', path: 'primary' },
  )
  const save = (event: FormEvent) => {
    event.preventDefault()
    onSave(choice)
  }
  return (
    <form onSubmit={save} aria-label={label} className="mt-1 flex flex-wrap items-end gap-2">
      <SelectField
        label="Circuit"
        className="w-36"
        value={choice.circuit}
        onChange={({ target }) => setChoice((now) => ({ ...now, circuit: target.value }))}
        options={circuits.map(({ id, name }) => ({ value: id, label: name }))}
      />
      {asksPeering && (
        <SelectField
          label="Peering"
          className="w-28"
          value={choice.peering}
          onChange={({ target }) =>
            setChoice((now) => ({ ...now, peering: peeringTypes.find((type) => type === target.value) ?? now.peering }))
          }
          options={peeringTypes.map((type) => ({ value: type, label: type }))}
        />
      )}
      <SelectField
        label="Path"
        className="w-28"
        value={choice.path}
        onChange={({ target }) =>
          setChoice((now) => ({ ...now, path: circuitPaths.find((path) => path === target.value) ?? now.path }))
        }
        options={circuitPaths.map((path) => ({ value: path, label: path }))}
      />
      <Button type="submit" disabled={isBusy || choice.circuit === ''}>
        Save
      </Button>
    </form>
  )
}
