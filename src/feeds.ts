export type { FeedAddress } from './adapters/feed-address.ts'
export { type SseFeedOptions, sseFeed } from './adapters/feed-sse.ts'
export { type WebSocketFeedOptions, webSocketFeed } from './adapters/feed-web-socket.ts'
export type { Feed, FeedMessage, FeedOpened } from './model/feed.ts'
