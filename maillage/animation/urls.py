from django.urls import URLPattern, URLResolver

app_name = "animation"
urlpatterns: list[URLPattern | URLResolver] = []
