import CheckIcon from 'lucide-react/icons/check'
import CopyIcon from 'lucide-react/icons/copy'
import { type ComponentProps, useEffect, useState } from 'react'
import { Button, IconButton } from './button.tsx'

/** Copies text to the clipboard and confirms it. Without `children` it is icon-only. */
export function CopyButton({
  text,
  label,
  children,
  ...props
}: Omit<ComponentProps<'button'>, 'onClick'> & { text: string | (() => string); label: string }) {
  const [copied, onCopied] = useCopied()
  const [width, setWidth] = useState(0)

  const copy = async () => {
    await copyText(typeof text === 'function' ? text() : text)
    onCopied()
  }
  const icon = copied ? <CheckIcon aria-hidden /> : <CopyIcon aria-hidden />
  if (!children) {
    return (
      <IconButton label={copied ? 'Copied' : label} onClick={copy} {...props}>
        {icon}
      </IconButton>
    )
  }
  return (
    <Button
      onClick={(event) => {
        setWidth(event.currentTarget.offsetWidth)
        void copy()
      }}
      // no narrower than with its own words: what stands beside it stays where it is
      style={copied ? { minWidth: width } : undefined}
      {...props}
    >
      {icon}
      {copied ? 'Copied' : children}
    </Button>
  )
}

/** Whether something was copied a moment ago, and what says that it was. */
export function useCopied(): [copied: boolean, onCopied: () => void] {
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), 1500)
    return () => clearTimeout(timer)
  }, [copied])
  return [copied, () => setCopied(true)]
}

/** The clipboard API is blocked on plain http from another machine; execCommand still works there. */
export async function copyText(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text)
  const area = document.createElement('textarea')
  area.value = text
  area.style.position = 'fixed'
  area.style.opacity = '0'
  document.body.append(area)
  area.select()
  document.execCommand('copy')
  area.remove()
}
