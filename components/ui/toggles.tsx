'use client'

import { clsx } from 'clsx'
import { listInText, toggled } from './toggled-list.ts'

/** A group of toggles whose chosen values are one text with commas between; none = all. */
export function Toggles<Value extends string>({
  label,
  choices,
  value,
  onChange,
}: {
  label: string
  choices: readonly { value: Value; label: string }[]
  value: string | null
  onChange: (value: string | null) => void
}) {
  const chosen = listInText(value)
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1 text-xs font-medium text-ink-3">{label}</legend>
      <div className="flex flex-wrap rounded-md border border-line-strong bg-surface">
        {choices.map((choice) => {
          const isOn = chosen.includes(choice.value)
          return (
            <button
              key={choice.value}
              type="button"
              aria-pressed={isOn}
              onClick={() => onChange(toggled(value, [choice.value]))}
              className={clsx(
                'h-6.5 border-r px-2 text-xs font-medium whitespace-nowrap -outline-offset-2 first:rounded-l-md last:rounded-r-md last:border-r-0',
                isOn ? 'bg-ink text-canvas' : 'text-ink-2 hover:bg-hover hover:text-ink',
              )}
            >
              {choice.label}
            </button>
          )
        })}
      </div>
    </fieldset>
  )
}
