import { userLists } from './bundles.ts'
import { readJsonBody } from './json-body.ts'
import { isoOf } from './plain-rows.ts'
import { invalid, json, NOT_FOUND } from './replies.ts'
import type { Call, Handler, Server } from './server.ts'
import type { Pass } from './session.ts'
import { addUser } from './world.ts'

const isText = (value: unknown, longest: number): value is string =>
  typeof value === 'string' && value.length >= 1 && value.length <= longest

/** POST sessions: signs in; an unknown user is made. */
export const openSession: Handler = (server, call) => {
  const body = readJsonBody(call)
  if (body.kind === 'refusal') return body
  const { userId, deviceId, displayName } = body.fields
  const problems = [
    ...(isText(userId, 50) && !/^(ADMIN|DELETED)_/.test(userId) ? [] : ["The 'userId' field is invalid"]),
    ...(isText(deviceId, 150) ? [] : ["The 'deviceId' field is invalid"]),
  ]
  if (problems.length > 0 || !isText(userId, 50) || !isText(deviceId, 150)) return invalid(problems)
  const user = addUser(server.world, userId, isText(displayName, 100) ? { displayName } : {})
  const pass = server.session.issue({ userId, internalId: user.userInternalId ?? userId }, deviceId)
  return sessionReply(server, call, pass)
}

/** GET sessions: the session of the token that asks. */
export const readSession: Handler = (server, call) => {
  const pass = server.session.passOf(call.headers)
  return pass ? sessionReply(server, call, pass) : NOT_FOUND
}

/** DELETE sessions: the token is worth nothing from here on. */
export const endSession: Handler = ({ session }, { headers }) => {
  const pass = session.passOf(headers)
  if (pass) session.revoke(pass.token)
  return json({ success: true })
}

/** GET users/{userId}. */
export const readUser: Handler = ({ world }, { url, parts: [userId = ''] }) => {
  const user = world.usersById.get(userId)
  return user ? json(userLists(world, url.origin, user)) : NOT_FOUND
}

/** GET network-settings/chat: the official SDK does not finish signing in without it. */
export const chatSettings: Handler = () =>
  json({ enabled: false, messagePreview: { enabled: false, isIncludeDeleted: false } })

function sessionReply({ world }: Server, { url }: Call, pass: Pass) {
  return json({
    accessToken: pass.token,
    issuedAt: isoOf(pass.issuedAt),
    expiresAt: isoOf(pass.expiresAt),
    ...userLists(world, url.origin, addUser(world, pass.userId)),
    roles: [],
    userType: 'signed-in',
  })
}
