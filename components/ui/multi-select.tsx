import ChevronDownIcon from 'lucide-react/icons/chevron-down'
import { Button } from './button.tsx'
import { CheckboxChoice } from './choice.tsx'
import { PopoverWithButton } from './overlay/lazy-overlays.tsx'
import { splitListParameter, toggleInListParameter } from './toggled-list.ts'

/** Menu to choose several values, stored as one text separated by commas. An empty choice means all. */
export function MultiSelect({
  label,
  choices,
  value,
  onChange,
}: {
  label: string
  choices: readonly { value: string; label: string }[]
  value: string | null
  onChange: (value: string | null) => void
}) {
  const chosen = choices.filter((choice) => splitListParameter(value).includes(choice.value))
  const words = chosen.length > 1 ? `${label}: ${chosen.length}` : (chosen[0]?.label ?? label)
  return (
    <PopoverWithButton
      trigger={
        <Button className="font-normal" aria-label={`${label}: ${chosen.map((one) => one.label).join(', ') || 'any'}`}>
          {words}
          <ChevronDownIcon aria-hidden />
        </Button>
      }
      label={label}
      align="start"
      className="min-w-40"
    >
      {choices.map((choice) => (
        <CheckboxChoice
          key={choice.value}
          label={choice.label}
          checked={chosen.includes(choice)}
          onChange={() => onChange(toggleInListParameter(value, [choice.value]))}
        />
      ))}
    </PopoverWithButton>
  )
}
