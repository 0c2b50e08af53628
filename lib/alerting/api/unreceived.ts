/** State of alerting while no channel receives incidents (`isReceived` is false). */
export const NO_ALERT_RECEIVER_STATE = 'Alerting reaches nobody'
/** Text that screens show while no channel receives incidents: the state, then what the user can do. */
export const NO_ALERT_RECEIVER_TEXT = `${NO_ALERT_RECEIVER_STATE}: add a channel`
