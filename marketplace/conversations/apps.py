from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    name = "marketplace.conversations"
    label = "conversations"

    def ready(self) -> None:
        """Says what this room keeps about people."""
        from marketplace.common.personal import register
        from marketplace.conversations.personal import CONVERSATIONS

        register(CONVERSATIONS)
