"""What the payer reads, in Chinese and English."""
WORDS = {
    "title": ("付款", "Pay"),
    "banner": ("演示支付，不会扣款", "Demo payment, no money moves"),
    "to": ("收款方", "Pay to"),
    "total": ("合计", "Total"),
    "today": ("今天支付", "Due today"),
    "by_card": ("用银行卡支付", "Pay by card"),
    "number": ("卡号", "Card number"),
    "number_hint": ("请用测试卡，例如 4242 4242 4242 4242", "Use a test card, such as 4242 4242 4242 4242"),
    "expiry": ("有效期", "Expiry date"),
    "expiry_hint": ("月 / 年，例如 12 / 34", "Such as 12 / 34"),
    "cvc": ("安全码", "Security code"),
    "cvc_hint": ("三位数字，可任意填写", "Any three digits"),
    "pay": ("支付 {amount}", "Pay {amount}"),
    "back": ("返回商家", "Back to the shop"),
    "or": ("或者", "or"),
    "alipay": ("支付宝", "Alipay"),
    "wechat_pay": ("微信支付", "WeChat Pay"),
    "demo": ("演示", "demo"),
    "cards": ("可以试用的卡", "Cards to try"),
    "card_ok": ("支付成功", "is paid"),
    "card_declined": ("被银行拒绝", "is declined"),
    "card_poor": ("余额不足", "has too little money"),
    "card_asks": ("需要银行再确认一次", "asks at the bank first"),
    "card_later": ("首次成功，以后扣款失败", "is paid now, declined later"),
    "trouble": ("还没有付成", "Not paid yet"),
    "until": ("请在 {time} 前付款", "Please pay by {time}"),
    # again and again
    "each": ("{each} {amount}", "{amount} {each}"),
    "pay_each": ("{each}支付 {amount}", "Pay {amount} {each}"),
    "each_hint": ("今天支付 {amount}，以后{each}自动扣款一次，直到您取消。",
                  "You pay {amount} today, and the same again {each} until you cancel."),
    "invoice": ("账单 {number}", "Invoice {number}"),
    "invoice_hint": ("上一次自动扣款没有成功。请换一张卡支付，以后也会用这张卡。",
                     "The last automatic payment did not go through. Pay with another card; it will be used from now on."),
    # what is wrong, and how to mend it
    "bad_number": ("卡号不完整或有误，请对照卡片重新输入。",
                   "The card number is incomplete or wrong. Check it against the card."),
    "no_test_card": ("这里只接受测试卡，请勿输入真实卡号。可用 4242 4242 4242 4242。",
                     "Only test cards work here; please enter no real one. Use 4242 4242 4242 4242."),
    "bad_expiry": ("请按“月 / 年”填写有效期，例如 12 / 34。", "Enter the expiry date as month / year, such as 12 / 34."),
    "past_expiry": ("这张卡已经过期，请换一张或核对有效期。", "This card has expired. Use another one or check the date."),
    "bad_cvc": ("请填写三位或四位数字的安全码。", "Enter the security code of three or four digits."),
    "declined": ("银行没有同意这次付款。请换一张卡，或联系发卡银行。",
                 "The bank did not agree to this payment. Use another card or ask your bank."),
    "insufficient_funds": ("卡里余额不足。请换一张卡，或换一种付款方式。",
                           "There is too little money on this card. Use another card or another way to pay."),
    "expired_card": ("这张卡已经过期，请换一张卡。", "This card has expired. Use another one."),
    "incorrect_cvc": ("安全码不对，请核对后再试。", "The security code is wrong. Check it and try again."),
    "processing_error": ("银行那边出了点问题，请稍等片刻再试。",
                         "Something went wrong at the bank. Wait a little and try again."),
    "refused": ("您没有确认这次付款。可以再试一次，或换一种付款方式。",
                "You did not confirm the payment. Try again or choose another way to pay."),
    # the bank, the wallet
    "check_title": ("确认付款", "Confirm the payment"),
    "check_card": ("您的银行想确认：是您本人在付款吗？", "Your bank asks: is it you who pays?"),
    "check_wallet": ("在{wallet}里确认付款（演示）", "Confirm in {wallet} (demo)"),
    "agree": ("确认支付 {amount}", "Confirm and pay {amount}"),
    "refuse": ("不支付", "Do not pay"),
    # the ends
    "complete_title": ("已经付好了", "It is paid"),
    "complete": ("{amount} 已经支付，无须再付。", "{amount} has been paid. You need not pay again."),
    "go_on": ("继续", "Continue"),
    "expired_title": ("付款时间已过", "The time to pay is over"),
    "expired": ("这个付款页面已经关闭，没有扣款。请返回商家重新开始。",
                "This page has closed and nothing was taken. Go back to the shop to start again."),
    "void_title": ("不用再付了", "Nothing to pay any more"),
    "void": ("这张账单已经作废，没有扣款。", "This invoice is void; nothing was taken."),
    "missing_title": ("没有这个页面", "There is no such page"),
    "missing": ("付款链接可能不完整。请返回商家，从那里再打开一次。",
                "The link may be incomplete. Go back to the shop and open it from there."),
    "receipt_title": ("付款凭证", "Receipt"),
    "paid_on": ("付款时间", "Paid on"),
    "refunded": ("已退款", "Refunded"),
    "declined_title": ("付款未成功", "The payment was declined"),
}
RHYTHMS = {"day": ("天", "day"), "week": ("周", "week"), "month": ("月", "month"), "year": ("年", "year")}
LANGUAGES = ("zh", "en")


def words(lang: str) -> dict[str, str]:
    place = LANGUAGES.index(lang)
    return {name: pair[place] for name, pair in WORDS.items()}


def rhythm(lang: str, recurring: dict) -> str:
    """How often a recurring price is paid: 每月, every 3 months."""
    many, (chinese, english) = recurring["interval_count"], RHYTHMS[recurring["interval"]]
    if lang == "en":
        return f"every {english}" if many == 1 else f"every {many} {english}s"
    return f"每{chinese}" if many == 1 else f"每 {many} {'个月' if chinese == '月' else chinese}"
