/** Hands a text to the person as a download; the page lets go of it at once. */
export function saveFile(name: string, content: string | ArrayBuffer): void {
  const href = URL.createObjectURL(
    new Blob([content], {
      type: typeof content === "string" ? "text/plain" : "application/x-pkcs12",
    }),
  );
  const link = Object.assign(document.createElement("a"), {
    href,
    // What no file system takes.
    download: name.replaceAll(/[\\/:*?"<>|\p{Cc}]/gu, "_"),
  });
  link.click();
  // A browser starts the download with the click, before this.
  setTimeout(() => URL.revokeObjectURL(href));
}
