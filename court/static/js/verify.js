/** The check page's upload: size and kind are told before anything is sent; the button says that it works. */

const form = /** @type {HTMLFormElement | null} */ (document.querySelector("[data-verify]"));
const input = /** @type {HTMLInputElement | null} */ (document.querySelector("#f-paper"));
const fault = /** @type {HTMLElement | null} */ (document.querySelector("[data-verify-fault]"));
const button = form?.querySelector("button");

/** What is wrong with the chosen file, in words; empty when nothing is. @param {File | undefined} file */
function faultOf(file) {
  const limit = Number(form?.dataset.limit ?? 0);
  if (!file) return "请先选择一个 PDF 文件，或者一张照片。";
  if (file.size > limit) return `文件太大（${Math.ceil(file.size / 1048576)} MB），最大 ${Math.floor(limit / 1048576)} MB。`;
  if (file.type && file.type !== "application/pdf" && !file.type.startsWith("image/"))
    return "这不是 PDF 文件，也不是照片。请选择当时拿到的电子文书。";
  return "";
}

form?.addEventListener("submit", (event) => {
  const text = faultOf(input?.files?.[0]);
  if (fault) {
    fault.textContent = text;
    fault.hidden = text === "";
  }
  if (text) {
    event.preventDefault();
    input?.focus();
    return;
  }
  button?.setAttribute("aria-busy", "true");
  const words = button?.querySelector("span");
  if (words) words.textContent = "正在校验……";
});

export {};
