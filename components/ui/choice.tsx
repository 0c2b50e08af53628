import { useId } from 'react'

/** Group of buttons in one row, of which exactly one is chosen. */
export function SingleChoiceButtons<Option extends string>({
  label,
  options,
  words,
  names = words,
  value,
  onChange,
}: {
  label: string
  options: readonly Option[]
  words: Record<Option, string>
  /** name of each option for screen readers, if its visible text is too short */
  names?: Record<Option, string>
  value: Option
  onChange: (option: Option) => void
}) {
  const name = useId()
  return (
    <div
      role="radiogroup"
      aria-label={label}
      className="flex w-fit rounded-md border border-line-strong bg-surface print:hidden"
    >
      {options.map((one) => (
        <label
          key={one}
          className="relative grid h-6.5 place-items-center px-2.5 text-xs font-medium whitespace-nowrap text-ink-2 outline-focus first:rounded-l-md last:rounded-r-md hover:bg-hover hover:text-ink has-checked:bg-ink has-checked:text-canvas has-focus-visible:outline-2"
        >
          <input
            type="radio"
            name={name}
            aria-label={names[one]}
            checked={one === value}
            onChange={() => onChange(one)}
            className="absolute inset-0 cursor-pointer opacity-0"
          />
          <span aria-hidden>{words[one]}</span>
        </label>
      ))}
    </div>
  )
}

/** Checkbox of one option in a list from which the user can choose several. */
export const CheckboxChoice = ({
  label,
  title,
  checked,
  isStrong = false,
  onChange,
}: {
  label: string
  title?: string
  checked: boolean
  isStrong?: boolean
  onChange: (isChecked: boolean) => void
}) => (
  <label
    title={title}
    className={`flex min-h-6 cursor-pointer items-center gap-2 rounded-xs px-1 text-xs hover:bg-hover ${isStrong ? 'font-semibold' : 'text-ink-2'}`}
  >
    <input
      type="checkbox"
      checked={checked}
      onChange={({ target }) => onChange(target.checked)}
      className="size-3.5 accent-(--ink)"
    />
    {label}
  </label>
)
