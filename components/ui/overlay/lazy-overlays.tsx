import {
  cloneElement,
  type ComponentProps,
  type ComponentType,
  type ReactElement,
  useEffect,
  useEffectEvent,
  useId,
  useRef,
  useState,
} from 'react'
import { useToast } from '../toast.tsx'
import type { ConfirmPanelProps, DialogPanelProps, ControlledPanelProps, PopoverPanelProps } from './panel-props.ts'

interface Opening {
  /** button that opens the panel */
  trigger?: ReactElement<ComponentProps<'button'>>
  /** whether the panel is open, if the parent component controls this; absent = the button controls it */
  open?: boolean
  onOpenChange?: (isOpen: boolean) => void
  /** Called when the panel closes. If the caller passes this function, the panel is open as long as it is rendered. */
  onClose?: () => void
}

/**
 * Returns a component that renders a button and the panel that the button opens. The code of the panel, including the
 * library that places it and handles the focus, is loaded when the user is about to open it (ADR 0041).
 */
export function createLazyOverlay<Props extends ControlledPanelProps>(
  load: () => Promise<{ default: ComponentType<Props> }>,
) {
  return function Opened({
    trigger,
    open,
    onOpenChange,
    onClose,
    ...own
  }: Opening & Omit<Props, keyof ControlledPanelProps>) {
    const notify = useToast()
    const button = useRef<HTMLButtonElement>(null)
    const id = useId()
    const [isOwnOpen, setOwnOpen] = useState(false)
    const [Part, setPart] = useState<ComponentType<Props> | null>(null)
    const isOpen = open ?? (onClose !== undefined || isOwnOpen)
    const turn = (next: boolean) => {
      setOwnOpen(next)
      onOpenChange?.(next)
      if (!next) onClose?.()
    }
    const fail = useEffectEvent(() => {
      turn(false)
      notify({ tone: 'down', title: 'This could not be loaded', detail: 'Check the connection, then try again.' })
    })
    const isMissing = isOpen && !Part
    useEffect(() => {
      if (!isMissing) return
      load().then(
        (part) => setPart(() => part.default),
        () => fail(),
      )
    }, [isMissing])
    const ahead = () => void load().catch(() => null)
    const given = { ...own, id, isOpen, turn, button } as unknown as Props
    return (
      <>
        {trigger &&
          cloneElement(trigger, {
            ref: button,
            'aria-haspopup': 'dialog',
            'aria-expanded': isOpen,
            'aria-controls': isOpen && Part ? id : undefined,
            onPointerEnter: ahead,
            onFocus: ahead,
            onClick: () => turn(!isOpen),
          })}
        {Part && <Part {...given} />}
      </>
    )
  }
}

/** Panel that opens next to its button. Its width is set by `className`, at most the width of the screen. */
export const PopoverWithButton = createLazyOverlay<PopoverPanelProps>(() => import('./popover-panel.tsx'))
/** Dialog, with the button that opens it if `trigger` is set; otherwise the parent component opens it. */
export const DialogFrame = createLazyOverlay<DialogPanelProps>(() => import('./dialog-panel.tsx'))
/** Button that opens a confirmation dialog before an action that cannot be undone. */
export const ConfirmButton = createLazyOverlay<ConfirmPanelProps>(() => import('./confirm-panel.tsx'))
