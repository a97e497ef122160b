import { createHmac } from "node:crypto";

/** A message of the Jupyter protocol 5.3 (jupyter-client.readthedocs.io/en/stable/messaging.html). */
export interface Message {
  header: Header;
  parentId: string | undefined;
  content: Content;
}

export interface Header {
  msg_id: string;
  msg_type: string;
  session: string;
  username: string;
  date: string;
  version: string;
}

export type Content = Readonly<Record<string, unknown>>;

const delimiter = "<IDS|MSG>";

/** The frames on the wire: delimiter, signature, header, parent header, metadata, content. */
export function encode(header: Header, content: Content, key: string): string[] {
  const parts = [JSON.stringify(header), "{}", "{}", JSON.stringify(content)];
  return [delimiter, sign(parts, key), ...parts];
}

/** @throws Error if the frames are not a message signed with `key`. */
export function decode(frames: readonly Buffer[], key: string): Message {
  const texts = frames.map(String);
  const start = texts.indexOf(delimiter) + 1;
  const parts = texts.slice(start + 1, start + 5);
  if (texts[start] !== sign(parts, key)) throw new Error("Jupyter message: wrong signature");
  const [header, parent, , content] = parts.map((part) => JSON.parse(part));
  return { header, parentId: parent.msg_id, content };
}

function sign(parts: readonly string[], key: string): string {
  const hash = createHmac("sha256", key);
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
}
