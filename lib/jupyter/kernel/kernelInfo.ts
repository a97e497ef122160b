import type { Content } from "../wire";

/** The content of a kernel_info_reply. A notebook stores its `language_info`. */
export const kernelInfo: Content = {
  status: "ok",
  protocol_version: "5.3",
  implementation: "tslab",
  implementation_version: "1.0.0",
  banner: "TypeScript",
  help_links: [],
  language_info: {
    name: "typescript",
    version: "3.7.2",
    mimetype: "text/typescript",
    file_extension: ".ts",
    codemirror_mode: { mode: "typescript", name: "javascript", typescript: true },
  },
};
