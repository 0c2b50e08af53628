/** Text that screens show while no channel receives incidents (`isReceived` is false). */
export const NO_ALERT_RECEIVER_TEXT = 'Alerting reaches nobody: add a channel'
